package io.heritage.models.wan;

import io.heritage.models.Work;
import io.heritage.models.Work.Stage;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.wan.dit.CudnnAttention;
import io.heritage.models.wan.dit.DitOptions;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDit;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.sampling.Sampler;
import io.heritage.models.wan.text.PromptEncoder;
import io.heritage.models.wan.text.PromptTokenizer;
import io.heritage.models.wan.text.Umt5;
import io.heritage.models.wan.text.Umt5Layout;
import io.heritage.models.wan.vae.VaeDecoder;
import io.heritage.models.wan.vae.VaeEncoder;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.weights.Float8Storage;
import io.heritage.models.wan.weights.WeightFile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The networks of Wan2.2; the residency determines which of them stay on the device. */
final class WanNetworks implements AutoCloseable {
    /** Metadata key of files that {@link WanTiny} wrote. */
    static final String HEAD_SIZE = "heritage.head-size";

    private static final String PUBLISHED_HEAD_SIZE = "128";
    private static final int TEXT_ROWS = 512;

    private final TorchRuntime runtime;
    private final WanSettings settings;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final OpenFiles files;
    private final Map<Expert, WanDit> experts = new EnumMap<>(Expert.class);
    private final VaeEncoder encoder;
    private final VaeDecoder decoder;
    private final PromptTokenizer tokenizer;
    private final Sampler sampler;
    private @Nullable Umt5 text;
    private @Nullable WeightPrefetch prefetch;
    private Residency residency = Residency.ALL;

    WanNetworks(TorchRuntime runtime, WanFiles paths, WanSettings settings) {
        this.runtime = runtime;
        this.settings = settings;
        if (settings.float8() == Float8Storage.MULTIPLY) {
            Float8Products.require(runtime.device(), settings.precision());
        }
        try {
            this.files = own(new OpenFiles(paths));
            WanVaeLayout.of(files.vae());
            Umt5Layout.of(files.text());
            this.encoder = own(VaeEncoder.load(runtime, files.vae()));
            this.decoder =
                    own(VaeDecoder.load(runtime, files.vae(), settings.precision().torchType()));
            this.tokenizer = own(files.tokenizer());
            this.sampler = own(Sampler.open(runtime));
            for (Expert expert : Expert.values()) {
                experts.put(expert, own(open(expert)));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    private WanDit open(Expert expert) {
        OpenFiles.ExpertFile file = files.expert(expert);
        int headSize =
                Integer.parseInt(
                        file.weights().metadata().getOrDefault(HEAD_SIZE, PUBLISHED_HEAD_SIZE));
        int type = settings.precision().torchType();
        var options =
                new DitOptions(
                        headSize,
                        TEXT_ROWS,
                        type,
                        settings.float8(),
                        CudnnAttention.chosen(runtime, settings.attention(), headSize, type));
        return WanDit.open(runtime, file.weights(), file.changes(), options);
    }

    boolean tiny() {
        return files.expert(Expert.HIGH_NOISE).weights().metadata().containsKey(HEAD_SIZE);
    }

    VaeEncoder encoder() {
        return encoder;
    }

    VaeDecoder decoder() {
        return decoder;
    }

    Sampler sampler() {
        return sampler;
    }

    Residency residency() {
        return residency;
    }

    /** Loads all networks to the device. */
    void loadAll(Work work) {
        var counter =
                work.counting(Stage.LOAD, experts.values().stream().mapToInt(WanDit::layers).sum());
        for (WanDit expert : experts.values()) {
            expert.loadBlocks((_, _) -> counter.next());
        }
        text = textNetwork();
    }

    /** Sets the residency and frees the weights that it does not keep. */
    void keep(Residency most) {
        boolean less = most.compareTo(residency) > 0;
        residency = most;
        if (less) {
            releaseText();
            experts.values().forEach(WanDit::releaseBlocks);
        }
    }

    /** The loaded expert; releases the other one if both must not stay. */
    WanDit expert(Expert wanted, Work work) {
        WanDit dit = experts.get(wanted);
        if (dit == null) {
            throw new IllegalArgumentException("the " + wanted + " expert was not built");
        }
        if (residency == Residency.SWAP_BLOCKS || dit.blocksAreLoaded()) {
            return dit;
        }
        if (residency == Residency.ONE_EXPERT) {
            releaseExperts();
        }
        stopPrefetch();
        dit.loadBlocks((block, _) -> work.advanced(Stage.LOAD, block + 1, dit.layers()));
        if (residency == Residency.ONE_EXPERT && wanted == Expert.HIGH_NOISE) {
            prefetch = WeightPrefetch.of(files.expert(Expert.LOW_NOISE).weights());
        }
        return dit;
    }

    /** Blocks of an expert. */
    int layers() {
        return experts.values().iterator().next().layers();
    }

    /** Releases the experts if they must not stay beside other networks. */
    void releaseExperts() {
        if (residency != Residency.ALL) {
            experts.values().forEach(WanDit::releaseBlocks);
        }
    }

    /** Runs with the prompt encoder, which is released afterwards unless it may stay. */
    <T> T withText(Function<PromptEncoder, T> use) {
        Umt5 network = text;
        if (network == null) {
            releaseExperts();
            network = textNetwork();
            text = network;
        }
        try {
            return use.apply(
                    new PromptEncoder(
                            tokenizer,
                            network,
                            TEXT_ROWS,
                            settings.parsesEmphasis(),
                            settings.cleaning()));
        } finally {
            if (residency != Residency.ALL) {
                releaseText();
            }
        }
    }

    /** The text encoder overflows in float16. */
    private Precision textPrecision() {
        Precision own = settings.precision();
        return own == Precision.FP16 ? Precision.BF16 : own;
    }

    private Umt5 textNetwork() {
        return Umt5.load(
                runtime, files.text(), textPrecision().torchType(), settings.float8().ofText());
    }

    private void releaseText() {
        if (text != null) {
            text.close();
            text = null;
        }
    }

    private void stopPrefetch() {
        if (prefetch != null) {
            prefetch.close();
            prefetch = null;
        }
    }

    WanMemoryEstimate estimate(LatentSize size) {
        WeightFile expert = files.expert(Expert.HIGH_NOISE).weights();
        WanDitLayout layout = WanDitLayout.of(expert);
        boolean merges = !files.expert(Expert.HIGH_NOISE).changes().isEmpty();
        long expertBytes = bytes(expert, layout.parameters(), merges, settings.float8());
        Umt5Layout textLayout = Umt5Layout.of(files.text());
        WanVaeLayout vae = WanVaeLayout.of(files.vae());
        var weights =
                new WanMemoryEstimate.NetworkBytes(
                        expertBytes,
                        expertBytes / layout.layers(),
                        bytes(
                                files.text(),
                                textLayout.parameters(),
                                false,
                                settings.float8().ofText()),
                        WanMemoryEstimate.vaeBytes(vae, settings.precision()));
        return WanMemoryEstimate.of(
                layout, vae, weights, settings.precision(), settings.decodeChunk(), size);
    }

    /**
     * Bytes of a network's weights on the device: as stored where 8 bits stay, else in the type of
     * the products.
     */
    private long bytes(WeightFile file, long parameters, boolean merges, Float8Storage storage) {
        boolean keeps =
                switch (storage) {
                    case MULTIPLY -> true;
                    case REQUANTISE -> file.holdsFloat8();
                    case KEEP -> file.holdsFloat8() && !merges;
                    case WIDEN -> false;
                };
        return keeps ? parameters : parameters * settings.precision().bytes();
    }

    @Override
    public void close() {
        stopPrefetch();
        releaseText();
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("a network could not be closed", e);
            }
        }
    }
}
