package io.heritage.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * The work of a job, defined by its input. The output follows from script and media alone, so that
 * a client knows the bytes that it must get.
 *
 * @param tag names the job; unique in a run
 * @param work how long the parts take together
 * @param parts number of pieces of the output
 * @param partBytes size of each
 * @param divided whether each part is a job of its own, see docs/long-videos.md
 */
public record Script(
        String tag,
        ScriptedEnd outcome,
        long workMillis,
        int parts,
        int partBytes,
        boolean divided) {

    /** How the work ends. */
    public enum ScriptedEnd {
        COMPLETE,
        /** The handler throws after half of the parts. */
        FAIL,
        /** The first time as {@link #FAIL}, then {@link #COMPLETE}. */
        FAIL_ONCE,
        /** Ends its process the first time. */
        CRASH_ONCE,
        /** Ends its process each time. */
        POISON
    }

    /** The text of a {@link ScriptedEnd#FAIL}. */
    public String failure() {
        return "scripted failure of " + tag;
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("tag", tag)
                .put("outcome", outcome.name().toLowerCase(Locale.ROOT))
                .put("work_millis", workMillis)
                .put("parts", parts)
                .put("part_bytes", partBytes)
                .put("divided", divided);
    }

    static Script of(JsonNode json) {
        return new Script(
                json.path("tag").asText(),
                ScriptedEnd.valueOf(json.path("outcome").asText().toUpperCase(Locale.ROOT)),
                json.path("work_millis").asLong(),
                json.path("parts").asInt(),
                json.path("part_bytes").asInt(),
                json.path("divided").asBoolean());
    }

    /**
     * @param mediaHash of the job's media
     */
    byte[] part(int index, String mediaHash) {
        MessageDigest digest = sha256();
        digest.update((tag + '/' + index + '/' + mediaHash).getBytes(StandardCharsets.UTF_8));
        return noise(digest.digest(), partBytes);
    }

    /** Hashes of the output's parts in order. */
    List<String> expected(String mediaHash) {
        var hashes = new ArrayList<String>();
        for (int i = 0; i < parts; i++) {
            hashes.add(hash(part(i, mediaHash)));
        }
        return List.copyOf(hashes);
    }

    /** Bytes that look random and follow from the seed. */
    static byte[] noise(byte[] seed, int length) {
        long state = 0;
        for (int i = 0; i < 8; i++) {
            state = state << 8 | (seed[i] & 0xff);
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; ) {
            state += 0x9e3779b97f4a7c15L;
            long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            z ^= z >>> 31;
            for (int k = 0; k < 8 && i < length; k++) {
                bytes[i++] = (byte) (z >>> (8 * k));
            }
        }
        return bytes;
    }

    static String hash(byte[] bytes) {
        return hex(sha256().digest(bytes));
    }

    /** 64 bits are enough for a readable log. */
    static String hex(byte[] digest) {
        return HexFormat.of().formatHex(digest, 0, 8);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
