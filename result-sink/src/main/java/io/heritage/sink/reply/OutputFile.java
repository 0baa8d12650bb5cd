package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.OutputFacts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import java.util.stream.Collectors;

/** One piece of media of a result or an input, as a file. */
public record OutputFile(MediaRef ref) {
    /** Types that our encoders write, and that browsers show without running anything in them. */
    private static final Set<String> SHOWN =
            Set.of("image/png", "image/jpeg", "image/webp", "video/mp4", "video/webm");

    private static final String UNKNOWN = "application/octet-stream";

    /** The last part of the name under which the processor stored it: {@code 0007.png}. */
    public String name() {
        return OutputFacts.fileName(ref);
    }

    String type() {
        return isShown() ? ref.mediaType() : UNKNOWN;
    }

    boolean isShown() {
        return SHOWN.contains(ref.mediaType());
    }

    /** A strong validator: the bytes' own hash, or those of the pieces they are made of. */
    public String etag() {
        return '"' + hash() + '"';
    }

    /** The ETag of a picture that was made from the file. */
    public String etag(String what) {
        return '"' + hash() + "-" + what + '"';
    }

    private String hash() {
        if (!ref.sha256().isEmpty()) {
            return ref.sha256();
        }
        String ofPieces =
                ref.pieces().stream().map(MediaRef.Piece::sha256).collect(Collectors.joining(" "));
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(ofPieces.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether the caller named this version as one that it has. */
    public static boolean isKnown(String etag, String ifNoneMatch) {
        return ifNoneMatch.equals("*")
                || Arrays.stream(ifNoneMatch.split(","))
                        .map(tag -> tag.strip().replaceFirst("^W/", ""))
                        .anyMatch(etag::equals);
    }

    public ObjectNode describe() {
        return OutputFacts.of(ref);
    }
}
