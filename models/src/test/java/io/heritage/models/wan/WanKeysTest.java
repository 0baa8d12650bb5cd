package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.CheckpointTensor;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.wan.dit.LatentSize;
import io.heritage.models.wan.dit.WanDitLayout;
import io.heritage.models.wan.text.Umt5Layout;
import io.heritage.models.wan.vae.VaeFlops;
import io.heritage.models.wan.vae.WanVaeLayout;
import io.heritage.models.wan.weights.KeyNaming;
import io.heritage.models.wan.weights.LoraFile;
import io.heritage.models.wan.weights.WeightFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Loaders against the keys and shapes of the published files, whose numbers are not here. */
class WanKeysTest {
    private static final Path LISTS = Path.of("src/test/resources/golden/wan22");

    @Test
    void anExpertIsReadUnderEveryPrefix() throws IOException {
        var published = shapes("keys-dit.txt");
        assertThat(published).hasSize(1095).isEqualTo(new TreeMap<>(WanDitLayout.A14B.expected()));
        for (String prefix : List.of("", "model.", "diffusion_model.", "model.diffusion_model.")) {
            assertThat(WanDitLayout.of(file(prefix, published, KeyNaming.DIT)))
                    .isEqualTo(WanDitLayout.A14B);
        }
        assertThat(WanDitLayout.A14B.parameters()).isEqualTo(14_288_901_184L);
    }

    @Test
    void aPassOfTheReferenceWorkloadIs1270TeraOperations() {
        long tokens = LatentSize.ofVideo(65, 640, 640).tokens();
        assertThat(tokens).isEqualTo(27_200);
        assertThat(WanDitLayout.A14B.flops(tokens, 512) / 1e12).isBetween(1269.0, 1271.0);
    }

    /** Counted one by one while the published network ran. */
    @Test
    void theVaeOfTheReferenceWorkloadIs135And227TeraOperations() {
        var work = VaeFlops.of(WanVaeLayout.WAN21, 65, 640, 640);
        assertThat(work.encode() / 1e12).isCloseTo(134.9431, within(0.0001));
        assertThat(work.decode() / 1e12).isCloseTo(226.8495, within(0.0001));
        assertThat(Umt5Layout.XXL.flops(512) / 1e12).isBetween(4.7, 4.9);
    }

    @Test
    void theVaeIsReadUnderEveryPrefix() throws IOException {
        var published = shapes("keys-vae.txt");
        assertThat(published).hasSize(194).isEqualTo(new TreeMap<>(WanVaeLayout.WAN21.expected()));
        for (String prefix : List.of("", "model.", "vae.")) {
            assertThat(WanVaeLayout.of(file(prefix, published, KeyNaming.VAE)))
                    .isEqualTo(WanVaeLayout.WAN21);
        }
    }

    @Test
    void theTextEncoderIsReadUnderBothNames() throws IOException {
        var published = shapes("keys-umt5.txt");
        assertThat(published).isEqualTo(new TreeMap<>(Umt5Layout.XXL.expected()));
        assertThat(Umt5Layout.of(file("", published, KeyNaming.UMT5))).isEqualTo(Umt5Layout.XXL);
        published.put("encoder.embed_tokens.weight", TensorShape.of(256_384, 4096));
        assertThat(Umt5Layout.of(file("", published, KeyNaming.UMT5))).isEqualTo(Umt5Layout.XXL);
        var official = shapes("keys-umt5-official.txt");
        assertThat(Umt5Layout.of(file("", official, KeyNaming.UMT5))).isEqualTo(Umt5Layout.XXL);
    }

    @Test
    void aMissingAndASuperfluousKeyAreNamedTogether() throws IOException {
        var damaged = shapes("keys-dit.txt");
        damaged.remove("blocks.7.ffn.0.bias");
        damaged.put("blocks.7.extra", TensorShape.of(1));
        assertThatThrownBy(() -> WanDitLayout.of(file("", damaged, KeyNaming.DIT)))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("blocks.7.ffn.0.bias")
                .hasMessageContaining("blocks.7.extra");
    }

    @Test
    void aTextToVideoExpertIsRefusedByName() throws IOException {
        var other = shapes("keys-dit.txt");
        other.put("patch_embedding.weight", TensorShape.of(5120, 16, 1, 2, 2));
        assertRefused(other, "text-to-video");
    }

    @Test
    void anExpertOfWan21IsRefusedByName() throws IOException {
        var other = shapes("keys-dit.txt");
        other.put("img_emb.proj.0.weight", TensorShape.of(1280));
        assertRefused(other, "Wan 2.1");
    }

    @Test
    void aVaeInsteadOfAnExpertIsRefusedByName() throws IOException {
        assertRefused(shapes("keys-vae.txt"), "a VAE or a text encoder");
    }

    @Test
    void theVaeOfTheSmallWan22IsRefusedByName() throws IOException {
        var other = shapes("keys-vae.txt");
        other.put(
                "decoder.upsamples.0.upsamples.0.residual.2.weight",
                TensorShape.of(1024, 1024, 3, 3, 3));
        assertThatThrownBy(() -> WanVaeLayout.of(file("", other, KeyNaming.VAE)))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("48 channels");
    }

    @Test
    void aLoraOfAnotherModelIsRefused() {
        var narrow =
                Map.of(
                        "diffusion_model.blocks.0.self_attn.q.lora_down.weight",
                        TensorShape.of(64, 3072),
                        "diffusion_model.blocks.0.self_attn.q.lora_up.weight",
                        TensorShape.of(3072, 64));
        assertThatThrownBy(() -> lora(narrow))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("[5120, 5120]")
                .hasMessageContaining("[64, 3072]");
        var foreign =
                Map.of(
                        "unet.down.0.lora_down.weight", TensorShape.of(64, 320),
                        "unet.down.0.lora_up.weight", TensorShape.of(320, 64));
        assertThatThrownBy(() -> lora(foreign))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("keys of another one");
    }

    private static void lora(Map<String, TensorShape> shapes) {
        LoraFile.changes("lora", tensors("", shapes), WanDitLayout.A14B.expected(), 1);
    }

    private static void assertRefused(Map<String, TensorShape> shapes, String what) {
        assertThatThrownBy(() -> WanDitLayout.of(file("", shapes, KeyNaming.DIT)))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining(what);
    }

    private static WeightFile file(
            String prefix, Map<String, TensorShape> shapes, KeyNaming naming) {
        return WeightFile.of("published", tensors(prefix, shapes), naming);
    }

    private static Map<String, CheckpointTensor> tensors(
            String prefix, Map<String, TensorShape> shapes) {
        var tensors = new LinkedHashMap<String, CheckpointTensor>();
        shapes.forEach((key, shape) ->
                tensors.put(
                        prefix + key,
                        new CheckpointTensor(
                                prefix + key, TensorType.F16, shape, MemorySegment.NULL)));
        return tensors;
    }

    /** Lines are {@code key [size,size]}. */
    private static Map<String, TensorShape> shapes(String list) throws IOException {
        var shapes = new TreeMap<String, TensorShape>();
        for (String line : Files.readAllLines(LISTS.resolve(list))) {
            String[] parts = line.strip().split(" ", 2);
            String sizes = parts[1].replaceAll("[\\[\\] ]", "");
            shapes.put(
                    parts[0],
                    TensorShape.of(
                            Arrays.stream(sizes.split(",")).mapToLong(Long::parseLong).toArray()));
        }
        return shapes;
    }
}
