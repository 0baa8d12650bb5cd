package io.heritage.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    @TempDir Path folder;

    @Test
    void tensorsAreReadWhereTheyLieInTheFile() throws IOException {
        byte[] data = {1, 0, 0, 0, 0, 0, (byte) 0xc0, 0x3f, 7};
        Path file =
                file(
                        """
                        {"__metadata__":{"format":"pt"},
                         "steps":{"dtype":"I32","shape":[],"data_offsets":[0,4]},
                         "w":{"dtype":"F32","shape":[1,1],"data_offsets":[4,8]},
                         "flag":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},
                         "none":{"dtype":"F16","shape":[0,3],"data_offsets":[9,9]}}\
                        """,
                        data);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensors()).containsOnlyKeys("steps", "w", "flag", "none");
            assertThat(checkpoint.tensor("steps").bytes().getInt()).isEqualTo(1);
            assertThat(checkpoint.tensor("w").bytes().getFloat()).isEqualTo(1.5f);
            assertThat(checkpoint.tensor("w").shape()).isEqualTo(TensorShape.of(1, 1));
            assertThat(checkpoint.tensor("flag").bytes().isDirect()).isTrue();
            assertThat(checkpoint.metadata()).containsExactly(Map.entry("format", "pt"));
        }
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void everyTypeIsReadWithItsSize(TensorType type) throws IOException {
        int bytes = 3 * type.bytes();
        Path file =
                file(
                        "{\"x\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[0,%d]}}"
                                .formatted(type, bytes),
                        new byte[bytes]);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThat(checkpoint.tensor("x").bytes().remaining()).isEqualTo(bytes);
        }
    }

    @Test
    void aTruncatedFileNamesTheTensorThatIsCutOff() throws IOException {
        Path file =
                file(
                        "{\"cut\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}",
                        new byte[9]);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContainingAll(file.toString(), "'cut'", "inside 9 bytes", "0 to 16");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // overlap, gap, size that does not fit, sizes beyond counting, trailing bytes,
                // unknown type
                "{'a':{'dtype':'U8','shape':[6],'data_offsets':[0,6]},'b':{'dtype':'U8','shape':[3],'data_offsets':[5,8]}}",
                "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]},'b':{'dtype':'U8','shape':[4],'data_offsets':[4,8]}}",
                "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'F32','shape':[4611686018427387904,4],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]}}",
                "{'a':{'dtype':'Q9','shape':[8],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'U8','shape':[-8],'data_offsets':[0,8]}}",
                "{'a':{'dtype':'U8','shape':[8],'data_offsets':[8,0]}}",
                "{'a':{'dtype':'U8','shape':[8],'data_offsets':[0]}}",
                "{'a':{'dtype':'U8','data_offsets':[0,8]}}",
                "{'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]}}",
                "{'a':7}",
                "[1]",
                "{'a'"
            })
    void aHeaderThatDoesNotFitItsDataIsRefused(String header) throws IOException {
        Path file = file(header.replace('\'', '"'), new byte[8]);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aFileThatIsNoCheckpointIsRefusedByItsLength() throws IOException {
        Path text =
                Files.writeString(folder.resolve("notes.txt"), "a text of some length, no tensors");
        assertThatThrownBy(() -> Checkpoint.open(text))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("header");
        Path empty = Files.createFile(folder.resolve("empty"));
        assertThatThrownBy(() -> Checkpoint.open(empty)).isInstanceOf(CheckpointMismatch.class);
    }

    @Test
    void missingUnexpectedAndMisshapenKeysAreListedTogether() throws IOException {
        Path file =
                file(
                        """
                        {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},
                         "extra":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}\
                        """,
                        new byte[4]);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertThatThrownBy(() ->
                            Checkpoint.requireExactly(
                                    checkpoint.name(),
                                    checkpoint.tensors(),
                                    Map.of(
                                            "a", TensorShape.of(4),
                                            "b", TensorShape.of(1))))
                    .hasMessageContainingAll(
                            "'a': expected [4], found [3]",
                            "'b': expected [1], found nothing",
                            "'extra': expected no such key, found [1]");
        }
    }

    @Test
    void aPrefixIsTakenOffOnlyIfEveryKeyHasIt() {
        try (Checkpoint wrapped =
                        Checkpoint.of("x", bytes(twoKeys("module.a", "module.b"), new byte[2]));
                Checkpoint mixed =
                        Checkpoint.of("y", bytes(twoKeys("module.a", "b"), new byte[2]))) {
            assertThat(wrapped.tensorsWithoutPrefix("module.")).containsOnlyKeys("a", "b");
            assertThat(mixed.tensorsWithoutPrefix("module.")).containsOnlyKeys("module.a", "b");
        }
    }

    private static String twoKeys(String first, String second) {
        return """
        {"%s":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
         "%s":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}\
        """
                .formatted(first, second);
    }

    private Path file(String header, byte[] data) throws IOException {
        return Files.write(folder.resolve("test.safetensors"), bytes(header, data));
    }

    private static byte[] bytes(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(new byte[0], 8 + json.length + data.length);
        ByteBuffer.wrap(all)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data);
        return all;
    }
}
