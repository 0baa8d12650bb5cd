package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.seedvr2.dit.DitLayout;
import io.heritage.models.seedvr2.vae.VaeLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three lists of published keys, as files of those names and shapes without data. */
class PublishedKeysTest {
    private static final Path LISTS = Path.of("src/test/resources/golden/seedvr2");

    @TempDir Path folder;

    @Test
    void the7bIsRecognisedAndTakenStrictly() throws IOException {
        assertThat(DitLayout.RELEASED_7B.expected()).isEqualTo(keys("keys-7b.txt")).hasSize(1128);
        try (var file = sparse(keys("keys-7b.txt"))) {
            assertThat(DitLayout.of(file.name(), file.tensors())).isEqualTo(DitLayout.RELEASED_7B);
            Checkpoint.requireExactly(
                    file.name(),
                    file.tensors(),
                    SeedVr2Variant.SEEDVR2_7B_SHARP.layout().expected());
        }
    }

    @Test
    void the3bIsRecognisedAndTakenStrictly() throws IOException {
        assertThat(DitLayout.RELEASED_3B.expected()).isEqualTo(keys("keys-3b.txt")).hasSize(635);
        try (var file = sparse(keys("keys-3b.txt"))) {
            assertThat(DitLayout.of(file.name(), file.tensors())).isEqualTo(DitLayout.RELEASED_3B);
        }
    }

    @Test
    void theVaeIsRecognisedAndTakenStrictlyAlsoUnderOldNames() throws IOException {
        var published = keys("keys-vae.txt");
        assertThat(VaeLayout.RELEASED.expected()).isEqualTo(published).hasSize(250);
        var old = new LinkedHashMap<String, TensorShape>();
        published.forEach((key, shape) ->
                old.put(
                        key.replace(".to_q.", ".query.").replace(".to_out.0.", ".proj_attn."),
                        shape));
        try (var file = sparse(old)) {
            var tensors = VaeLayout.underTodaysKeys(file.tensors());
            assertThat(VaeLayout.of(file.name(), tensors, VaeLayout.RELEASED_GROUPS))
                    .isEqualTo(VaeLayout.RELEASED);
            Checkpoint.requireExactly(file.name(), tensors, published);
        }
    }

    @Test
    void allThatDoesNotFitIsListedTogether() throws IOException {
        var keys = new LinkedHashMap<>(keys("keys-3b.txt"));
        keys.remove("txt_in.bias");
        keys.put("vid_out_ada.out_shift", TensorShape.of(2561));
        keys.put("blocks.31.lora", TensorShape.of(1));
        try (var file = sparse(keys)) {
            assertThatThrownBy(() ->
                            Checkpoint.requireExactly(
                                    file.name(),
                                    file.tensors(),
                                    SeedVr2Variant.SEEDVR2_3B.layout().expected()))
                    .isInstanceOf(CheckpointMismatch.class)
                    .hasMessageContainingAll(
                            "txt_in.bias", "vid_out_ada.out_shift", "2561", "blocks.31.lora");
        }
    }

    private static Map<String, TensorShape> keys(String list) throws IOException {
        var keys = new LinkedHashMap<String, TensorShape>();
        for (String line : Files.readAllLines(LISTS.resolve(list))) {
            String[] parts = line.strip().split(" ");
            long[] sizes =
                    Arrays.stream(parts[1].replaceAll("[\\[\\]]", "").split(","))
                            .mapToLong(Long::parseLong)
                            .toArray();
            keys.put(parts[0], TensorShape.of(sizes));
        }
        return keys;
    }

    private Checkpoint sparse(Map<String, TensorShape> keys) throws IOException {
        Path file = folder.resolve("sparse.safetensors");
        TestSafetensors.writeSparse(file, keys);
        return Checkpoint.open(file);
    }
}
