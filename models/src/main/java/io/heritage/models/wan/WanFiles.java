package io.heritage.models.wan;

import io.heritage.models.checkpoint.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Files of Wan2.2's weights. */
public record WanFiles(
        Path highNoise,
        Path lowNoise,
        List<Lora> highLoras,
        List<Lora> lowLoras,
        Path textEncoder,
        Optional<Path> tokenizer,
        Path vae) {
    private static final int BLOCK = 1 << 20;

    public record Lora(Path file, double strength) {}

    /**
     * A file that an answer was made with.
     *
     * @param sha256 of the whole file, lower-case hexadecimal
     */
    public record HashedFile(String file, String sha256) {}

    public WanFiles {
        highLoras = List.copyOf(highLoras);
        lowLoras = List.copyOf(lowLoras);
    }

    /** Names of the files that a folder lacks. */
    public static List<String> missing(Path folder, WanFileNames names) {
        return names.all().stream()
                .filter(name -> !Files.isRegularFile(folder.resolve(name)))
                .toList();
    }

    /**
     * @throws IllegalStateException that names what is missing and where it was looked for
     */
    public static WanFiles find(Path folder, WanFileNames names) {
        List<String> missing = missing(folder, names);
        if (!missing.isEmpty()) {
            throw new IllegalStateException(
                    "Wan2.2 lacks %s in %s: put them there or configure their names"
                            .formatted(String.join(", ", missing), folder.toAbsolutePath()));
        }
        return in(folder, names);
    }

    private static WanFiles in(Path folder, WanFileNames names) {
        return new WanFiles(
                folder.resolve(names.highNoise()),
                folder.resolve(names.lowNoise()),
                loras(folder, names.highLoras()),
                loras(folder, names.lowLoras()),
                folder.resolve(names.textEncoder()),
                names.tokenizer().map(folder::resolve),
                folder.resolve(names.vae()));
    }

    private static List<Lora> loras(Path folder, List<WanFileNames.LoraName> names) {
        return names.stream()
                .map(name -> new Lora(folder.resolve(name.file()), name.strength()))
                .toList();
    }

    /** Whether the weights are random, see {@link WanTiny}. Reads the head of one file. */
    public boolean tiny() {
        try (Checkpoint file = Checkpoint.open(highNoise)) {
            return file.metadata().containsKey(WanNetworks.HEAD_SIZE);
        }
    }

    /** Every file, once. */
    public List<Path> all() {
        List<Path> all = new ArrayList<>(List.of(highNoise, lowNoise));
        highLoras.forEach(lora -> all.add(lora.file));
        lowLoras.forEach(lora -> all.add(lora.file));
        all.add(textEncoder);
        tokenizer.ifPresent(all::add);
        all.add(vae);
        return all.stream().distinct().toList();
    }

    /**
     * Hashes a file. It reads all of it, for one of the experts some ten seconds; an interrupt ends
     * it with an {@link UncheckedIOException}.
     */
    public static HashedFile hashed(Path file) {
        return new HashedFile(String.valueOf(file.getFileName()), sha256(file));
    }

    private static String sha256(Path file) {
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                hash.update(block, 0, read);
            }
            return HexFormat.of().formatHex(hash.digest());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read checkpoint " + file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
