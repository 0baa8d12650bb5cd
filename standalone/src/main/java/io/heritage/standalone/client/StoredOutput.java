package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A piece of media of a result.
 *
 * @param index of it in the result
 * @param sha256 of its bytes, hexadecimal; empty if the server does not tell
 */
public record StoredOutput(int index, String filename, String type, long size, String sha256) {
    private static final int BLOCK = 1 << 16;

    static StoredOutput of(JsonNode facts) {
        return new StoredOutput(
                facts.path("index").asInt(),
                facts.path("filename").asText(""),
                facts.path("type").asText(""),
                facts.path("size").asLong(-1),
                facts.path("sha256").asText(""));
    }

    /**
     * @throws ServerUnreachable if the bytes are not those that were listed
     */
    void copy(InputStream body, OutputStream target) throws IOException {
        MessageDigest hash = sha256Digest();
        long bytes = 0;
        byte[] block = new byte[BLOCK];
        for (int read = body.read(block); read >= 0; read = body.read(block)) {
            hash.update(block, 0, read);
            target.write(block, 0, read);
            bytes += read;
        }
        check(bytes, HexFormat.of().formatHex(hash.digest()));
    }

    private void check(long bytes, String found) throws ServerUnreachable {
        if (size >= 0 && bytes != size) {
            throw damaged("%d bytes arrived, expected %d".formatted(bytes, size));
        }
        if (!sha256.isEmpty() && !sha256.equalsIgnoreCase(found)) {
            throw damaged("its SHA-256 is %s, expected %s".formatted(found, sha256));
        }
    }

    private ServerUnreachable damaged(String how) {
        String message = "output %d is incomplete: %s".formatted(index, how);
        return new ServerUnreachable(message, new IOException(message));
    }

    private static MessageDigest sha256Digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
