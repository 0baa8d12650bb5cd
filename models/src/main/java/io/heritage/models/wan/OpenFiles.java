package io.heritage.models.wan;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.sampling.Expert;
import io.heritage.models.wan.text.PromptTokenizer;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.LoraFile;
import io.heritage.models.wan.weights.WeightChange;
import io.heritage.models.wan.weights.WeightFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * The files of Wan2.2, mapped and checked; closed after all networks that were loaded from them.
 */
final class OpenFiles implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final Map<Expert, ExpertFile> experts;
    private final WeightFile text;
    private final WeightFile vae;
    private final byte[] tokenizer;

    /** One expert and the LoRAs that are merged into it. */
    record ExpertFile(WeightFile weights, Map<String, List<WeightChange>> changes) {}

    /**
     * @throws CheckpointMismatch saying what a wrong file is
     */
    OpenFiles(WanFiles files) {
        try {
            this.experts =
                    Map.of(
                            Expert.HIGH_NOISE, expert(files.highNoise(), files.highLoras()),
                            Expert.LOW_NOISE, expert(files.lowNoise(), files.lowLoras()));
            this.text = open(files.textEncoder(), KeyNaming.UMT5);
            this.vae = open(files.vae(), KeyNaming.VAE);
            this.tokenizer =
                    files.tokenizer().isPresent()
                            ? Files.readAllBytes(files.tokenizer().get())
                            : embeddedTokenizer(text);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException("cannot read the tokenizer " + files.tokenizer(), e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private WeightFile open(Path path, KeyNaming naming) {
        WeightFile file = WeightFile.open(path, naming);
        closers.push(file::close);
        return file;
    }

    private ExpertFile expert(Path path, List<WanFiles.Lora> loras) {
        WeightFile weights = open(path, KeyNaming.DIT);
        WanDitLayout layout = WanDitLayout.of(weights);
        List<Map<String, List<WeightChange>>> changes = new ArrayList<>();
        for (WanFiles.Lora lora : loras) {
            Checkpoint file = Checkpoint.open(lora.file());
            closers.push(file::close);
            changes.add(
                    LoraFile.changes(
                            file.name(), file.tensors(), layout.expected(), lora.strength()));
        }
        return new ExpertFile(weights, LoraFile.joined(changes));
    }

    private static byte[] embeddedTokenizer(WeightFile text) {
        CheckpointTensor model =
                text.other(KeyNaming.TOKENIZER)
                        .orElseThrow(() ->
                                new CheckpointMismatch(
                                        text.name(),
                                        KeyNaming.TOKENIZER,
                                        "the tokenizer, unless a file of it is configured",
                                        "nothing"));
        ByteBuffer bytes = model.bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    ExpertFile expert(Expert expert) {
        ExpertFile file = experts.get(expert);
        if (file == null) {
            throw new IllegalArgumentException("the file of the " + expert + " expert is not open");
        }
        return file;
    }

    WeightFile text() {
        return text;
    }

    WeightFile vae() {
        return vae;
    }

    /** A new tokenizer; the caller closes it. */
    PromptTokenizer tokenizer() {
        return PromptTokenizer.of(text.name(), tokenizer);
    }

    @Override
    public void close() {
        closers.forEach(Runnable::run);
        closers.clear();
    }
}
