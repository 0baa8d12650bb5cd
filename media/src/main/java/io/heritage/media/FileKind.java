package io.heritage.media;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Guesses the kind of a file that is not a supported picture, for the error message. */
final class FileKind {

    private record Signature(int offset, String characters, String kind) {}

    /** The first match counts. */
    private static final List<Signature> SIGNATURES =
            List.of(
                    new Signature(4, "ftypavis", "an AVIF video"),
                    new Signature(4, "ftyphevc", "a HEIF video"),
                    new Signature(4, "ftypmsf1", "a HEIF video"),
                    new Signature(4, "ftypqt  ", "a QuickTime video"),
                    new Signature(4, "ftyp", "an MP4 video"),
                    new Signature(0, "\u001aE\u00df\u00a3", "a Matroska or WebM video"),
                    new Signature(8, "AVI ", "an AVI video"),
                    new Signature(8, "WAVE", "a WAV sound"),
                    new Signature(0, "OggS", "an Ogg file"),
                    new Signature(0, "ID3", "an MP3 sound"),
                    new Signature(0, "fLaC", "a FLAC sound"),
                    new Signature(0, "YUV4MPEG2 ", "a YUV4MPEG2 video"),
                    new Signature(0, "%PDF", "a PDF"),
                    new Signature(0, "PK\u0003\u0004", "a ZIP archive"),
                    new Signature(0, "\u001f\u008b", "a gzip archive"),
                    new Signature(0, "8BPS", "a Photoshop file"),
                    new Signature(0, "\u00ff\n", "a JPEG XL picture"),
                    new Signature(4, "JXL ", "a JPEG XL picture"),
                    new Signature(4, "jP  ", "a JPEG 2000 picture"),
                    new Signature(0, "\0\0\u0001\0", "an icon"),
                    new Signature(0, "II+\0", "a BigTIFF picture"),
                    new Signature(0, "MM\0+", "a BigTIFF picture"));

    /**
     * Base64 of the first bytes of PNG, JPEG, GIF and of a data URL: text that should have been
     * decoded once more.
     */
    private static final List<String> ENCODED_TWICE =
            List.of("iVBORw0KGgo", "/9j/", "R0lGOD", "data:image/");

    private FileKind() {}

    static String of(HeaderBytes bytes) {
        if (bytes.length() == 0) {
            return "empty";
        }
        for (Signature signature : SIGNATURES) {
            if (bytes.has(signature.offset(), signature.characters())) {
                return signature.kind();
            }
        }
        String start = bytes.start(512);
        return isText(start) ? textKind(start) : "unknown bytes that begin with " + hex(start);
    }

    private static boolean isText(String start) {
        return start.chars()
                .allMatch(c -> c >= ' ' && c != 0x7f || c == '\t' || c == '\r' || c == '\n');
    }

    private static String textKind(String start) {
        if (ENCODED_TWICE.stream().anyMatch(start::startsWith)) {
            return "text, base64 of a picture (encoded twice?)";
        }
        String lower = start.toLowerCase(Locale.ROOT);
        if (lower.contains("<svg")) {
            return "an SVG drawing";
        }
        return lower.contains("<html") || lower.contains("<!doctype html")
                ? "an HTML page"
                : "text";
    }

    private static String hex(String start) {
        StringBuilder hex = new StringBuilder();
        start.chars()
                .limit(8)
                .forEach(c ->
                        hex.append(hex.isEmpty() ? "" : " ")
                                .append(HexFormat.of().toHexDigits((byte) c)));
        return hex.toString();
    }
}
