package io.heritage.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files in {@code checkpoints/} were written by {@code torch.save} of PyTorch 2.7.1. */
class TorchArchiveTest {
    private static final Path SAVED = Path.of("src/test/resources/checkpoints");

    @TempDir Path folder;

    @Test
    void tensorsOfEveryTypeAndLayoutAreRead() {
        try (Checkpoint checkpoint = Checkpoint.open(SAVED.resolve("saved.pth"))) {
            assertThat(checkpoint.tensorsWithoutPrefix("module."))
                    .containsOnlyKeys(
                            "a.weight",
                            "a.turned",
                            "a.half",
                            "a.brain",
                            "a.count",
                            "a.part",
                            "a.float8");
            assertThat(floats(checkpoint.tensor("module.a.weight")))
                    .containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(checkpoint.tensor("module.a.turned").shape())
                    .isEqualTo(TensorShape.of(3, 2));
            assertThat(floats(checkpoint.tensor("module.a.turned")))
                    .containsExactly(0, 3, 1, 4, 2, 5);
            assertThat(checkpoint.tensor("module.a.half").type()).isEqualTo(TensorType.F16);
            assertThat(checkpoint.tensor("module.a.brain").type()).isEqualTo(TensorType.BF16);
            assertThat(checkpoint.tensor("module.a.count").bytes().getLong()).isEqualTo(7);
            assertThat(checkpoint.tensor("module.a.part").bytes().get(0)).isEqualTo((byte) 4);
            assertThat(checkpoint.tensor("module.a.part").bytes().remaining()).isEqualTo(3);
            assertThat(checkpoint.tensor("module.a.float8").type()).isEqualTo(TensorType.F8_E4M3);
            assertThat(checkpoint.tensor("module.a.float8").bytes().get(0)).isEqualTo((byte) 0x38);
        }
    }

    @Test
    void nestedContainersAreFlattenedAndOtherValuesPassedOver() {
        try (Checkpoint checkpoint = Checkpoint.open(SAVED.resolve("nested.pth"))) {
            assertThat(checkpoint.tensors())
                    .containsOnlyKeys("state_dict.0.weight", "state_dict.0.bias", "parameter");
            assertThat(checkpoint.tensorsUnder("state_dict."))
                    .containsOnlyKeys("0.weight", "0.bias");
        }
        try (Checkpoint checkpoint = Checkpoint.open(SAVED.resolve("tensor.pt"))) {
            assertThat(checkpoint.tensor("").shape()).isEqualTo(TensorShape.of(3));
        }
    }

    @Test
    void theLegacyFormatIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> Checkpoint.open(SAVED.resolve("legacy.pth")))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContainingAll("legacy pickle format", "loading and saving");
    }

    @Test
    void aPickleThatWouldRunACommandIsRefusedAndRunsNothing() throws IOException {
        Path proof = folder.resolve("proof");
        String command = "touch " + proof;
        var pickle = new Pickle().global("posix", "system").text(command).op(0x85).op('R').op('.');
        Path file = archive(pickle, new byte[0]);
        assertThatThrownBy(() -> Checkpoint.open(file))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("posix.system");
        assertThat(proof).doesNotExist();
    }

    @Test
    void namesThatMerelyResembleTheAllowedOnesAreRefused() throws IOException {
        for (String[] name :
                new String[][] {
                    {"builtins", "eval"},
                    {"torch", "load"},
                    {"torch._utils", "_rebuild_tensor_v2.__globals__"},
                    {"collections", "defaultdict"}
                }) {
            Path file = archive(new Pickle().global(name[0], name[1]).op('.'), new byte[0]);
            assertThatThrownBy(() -> Checkpoint.open(file))
                    .isInstanceOf(CheckpointMismatch.class)
                    .hasMessageContaining(name[1]);
        }
    }

    @Test
    void instructionsThatCreateObjectsAreRefused() throws IOException {
        for (int opcode : new int[] {'i', 'o', 0x81, 0x92, 0x93, 0x82, 'P'}) {
            var pickle =
                    new Pickle().global("collections", "OrderedDict").op(')').op(opcode).op('.');
            Path file = archive(pickle, new byte[0]);
            assertThatThrownBy(() -> Checkpoint.open(file))
                    .isInstanceOf(CheckpointMismatch.class)
                    .hasMessageContaining("instruction 0x%02x".formatted(opcode));
        }
    }

    @Test
    void aTensorThatReachesBeyondItsStorageIsRefused() throws IOException {
        assertThatThrownBy(() -> Checkpoint.open(archive(tensor(3, 1, 0), new byte[8])))
                .hasMessageContaining("'x': expected a view inside 8 bytes");
        assertThatThrownBy(() -> Checkpoint.open(archive(tensor(2, 1, 1), new byte[8])))
                .isInstanceOf(CheckpointMismatch.class);
        assertThatThrownBy(() -> Checkpoint.open(archive(tensor(1_000_000, 0, 0), new byte[8])))
                .as("one element repeated, to fill memory")
                .isInstanceOf(CheckpointMismatch.class);
        Path fits = archive(tensor(2, 1, 0), new byte[8]);
        try (Checkpoint checkpoint = Checkpoint.open(fits)) {
            assertThat(checkpoint.tensors()).containsOnlyKeys("x");
        }
    }

    @Test
    void containersThatHoldThemselvesOrDoubleEndlesslyAreRefused() throws IOException {
        var itself = new Pickle().op(']').op('q').op(0).op('h').op(0).op('a').op('.');
        assertThatThrownBy(() -> Checkpoint.open(archive(itself, new byte[0])))
                .hasMessageContaining("deep");
        var doubling = new Pickle().op(']').op('q').op(0);
        for (int i = 1; i < 28; i++) {
            doubling.op('h').op(i - 1).op('h').op(i - 1).op(0x86).op('q').op(i);
        }
        doubling.op('.');
        assertThatThrownBy(() -> Checkpoint.open(archive(doubling, new byte[0])))
                .hasMessageContaining("at most 1000000 values");
    }

    @Test
    void aFileCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(SAVED.resolve("saved.pth"));
        for (int length = 0; length < whole.length; length += 97) {
            Path cut =
                    Files.write(folder.resolve("cut.pth"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Checkpoint.open(cut)).isInstanceOf(CheckpointMismatch.class);
        }
    }

    /**
     * A float tensor [elements] with a stride and an offset over {@code data/0}, two elements long.
     */
    private static Pickle tensor(int elements, int stride, int offset) {
        return new Pickle()
                .op('}')
                .text("x")
                .global("torch._utils", "_rebuild_tensor_v2")
                .op('(')
                .op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .number(2)
                .op('t')
                .op('Q')
                .number(offset)
                .number(elements)
                .op(0x85)
                .number(stride)
                .op(0x85)
                .op(0x89)
                .op('N')
                .op('t')
                .op('R')
                .op('s')
                .op('.');
    }

    private Path archive(Pickle pickle, byte[] storage) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "archive/data.pkl", pickle.bytes());
            store(zip, "archive/data/0", storage);
        }
        return Files.write(folder.resolve("made.pth"), bytes.toByteArray());
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var checksum = new CRC32();
        checksum.update(content);
        var entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static float[] floats(CheckpointTensor tensor) {
        var bytes = tensor.bytes();
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    /** Writes pickle instructions one by one, hostile ones too. */
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            op(0x80).op(2);
        }

        Pickle op(int octet) {
            out.write(octet);
            return this;
        }

        Pickle global(String module, String name) {
            return op('c').raw(module + "\n" + name + "\n");
        }

        Pickle text(String text) {
            return op('X').op(text.length()).op(0).op(0).op(0).raw(text);
        }

        Pickle number(int value) {
            return op('J').op(value).op(value >> 8).op(value >> 16).op(value >> 24);
        }

        private Pickle raw(String text) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
