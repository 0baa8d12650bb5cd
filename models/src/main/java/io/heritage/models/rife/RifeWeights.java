package io.heritage.models.rife;

import io.heritage.models.checkpoint.Checkpoint;
import io.heritage.models.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An open RIFE 4.7 checkpoint. The network copies its weights, so it may be closed after loading.
 */
public final class RifeWeights implements AutoCloseable {
    private static final String EMBEDDED = "rife47.safetensors";
    private static final List<String> FILES = List.of("rife47.pth", "rife47.safetensors");

    /**
     * The weights that a network runs with, for the answer's {@code metadata}.
     *
     * @param source {@code embedded}, or the name of the file in the model folder
     * @param sha256 of the whole file, lower-case hexadecimal
     */
    public record Origin(String name, String source, String sha256) {}

    private final Checkpoint checkpoint;
    private final Map<String, CheckpointTensor> tensors;
    private final Origin origin;

    private RifeWeights(
            Checkpoint checkpoint, Map<String, CheckpointTensor> tensors, Origin origin) {
        this.checkpoint = checkpoint;
        this.tensors = tensors;
        this.origin = origin;
    }

    /**
     * {@code rife47.pth} or {@code rife47.safetensors} of the folder, else the embedded weights.
     *
     * @throws io.heritage.models.checkpoint.CheckpointMismatch if the file is damaged
     */
    public static RifeWeights find(@Nullable Path modelFolder) {
        if (modelFolder != null) {
            for (String name : FILES) {
                Path file = modelFolder.resolve(name);
                if (Files.isRegularFile(file)) {
                    return open(file);
                }
            }
        }
        return embedded();
    }

    /** The weights that ship with Heritage. */
    public static RifeWeights embedded() {
        try (InputStream in =
                Objects.requireNonNull(
                        RifeWeights.class.getResourceAsStream(EMBEDDED), "embedded " + EMBEDDED)) {
            byte[] bytes = in.readAllBytes();
            var hash = sha256();
            hash.update(bytes);
            return of(Checkpoint.of("embedded " + EMBEDDED, bytes), "embedded", hash);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RifeWeights open(Path file) {
        return of(Checkpoint.open(file), Objects.toString(file.getFileName()), hashOf(file));
    }

    /**
     * Weights inside another checkpoint, which stays the caller's to close after this.
     *
     * @param prefix that the keys carry there
     */
    public static RifeWeights inside(Checkpoint checkpoint, String prefix) {
        return new RifeWeights(
                checkpoint,
                checkpoint.tensorsUnder(prefix),
                new Origin("rife47", checkpoint.name(), "not computed"));
    }

    private static RifeWeights of(Checkpoint checkpoint, String source, MessageDigest hash) {
        return new RifeWeights(
                checkpoint,
                checkpoint.tensorsWithoutPrefix("module."),
                new Origin("rife47", source, HexFormat.of().formatHex(hash.digest())));
    }

    private static MessageDigest hashOf(Path file) {
        MessageDigest hash = sha256();
        byte[] block = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                hash.update(block, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read checkpoint " + file, e);
        }
        return hash;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public Origin origin() {
        return origin;
    }

    Map<String, CheckpointTensor> tensors() {
        return tensors;
    }

    String file() {
        return checkpoint.name();
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
