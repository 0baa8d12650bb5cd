package io.heritage.gateway.media;

import io.heritage.gateway.error.HttpFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file in a form that a browser sends ({@code multipart/form-data}, RFC 7578), as it arrives:
 * the first part that has a file name. Fields before it are skipped; parts after it are not read.
 */
final class FormFile extends InputStream {
    private static final Pattern BOUNDARY =
            Pattern.compile(
                    "boundary=(?:\"([^\"]{1,70})\"|([^;\\s\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern FILE_NAME =
            Pattern.compile("content-disposition:.*\\bfilename\\*?=", Pattern.CASE_INSENSITIVE);
    private static final Pattern TYPE =
            Pattern.compile("content-type:\\s*([^;\\s]{1,130}).*", Pattern.CASE_INSENSITIVE);
    private static final int BUFFER = 64 << 10;
    private static final int MOST_LINES = 100;
    private static final int LONGEST_LINE = 8 << 10;

    private final InputStream in;

    /** Line break, dashes, boundary: what ends a part. */
    private final byte[] delimiter;

    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int limit;
    private boolean ended;
    private String mediaType = "";

    private FormFile(InputStream in, String boundary) {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    static boolean isForm(String contentType) {
        return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data");
    }

    /**
     * Reads up to the first byte of the file.
     *
     * @throws HttpFailure 400 if there is none
     */
    static FormFile open(InputStream in, String contentType) throws IOException {
        Matcher found = BOUNDARY.matcher(contentType);
        if (!found.find()) {
            throw HttpFailure.badRequest("multipart/form-data without a boundary");
        }
        var form = new FormFile(in, Optional.ofNullable(found.group(1)).orElse(found.group(2)));
        form.findFile();
        return form;
    }

    /** Media type according to the browser; empty if absent. */
    String mediaType() {
        return mediaType;
    }

    private void findFile() throws IOException {
        if (!("\r\n" + line()).equals(new String(delimiter, StandardCharsets.ISO_8859_1))) {
            throw HttpFailure.badRequest(
                    "multipart/form-data that does not begin with its boundary");
        }
        for (int part = 0; part < MOST_LINES; part++) {
            if (headersOfAFile()) {
                return;
            }
            passOver();
            ended = false;
            if (line().startsWith("--")) {
                break;
            }
        }
        throw HttpFailure.badRequest("no file in the form; expected a part with a filename");
    }

    private boolean headersOfAFile() throws IOException {
        boolean file = false;
        mediaType = "";
        int lines = 0;
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (++lines > MOST_LINES) {
                throw HttpFailure.badRequest("a part of the form has too many headers");
            }
            Matcher type = TYPE.matcher(line);
            file |= FILE_NAME.matcher(line).find();
            mediaType = type.matches() ? type.group(1) : mediaType;
        }
        return file;
    }

    /** Skips a field that is no file. */
    private void passOver() throws IOException {
        byte[] scratch = new byte[8 << 10];
        int read = read(scratch);
        while (read >= 0) {
            read = read(scratch);
        }
    }

    /** Without its line break. */
    private String line() throws IOException {
        var line = new StringBuilder();
        while (line.length() <= LONGEST_LINE) {
            if (next == limit && !fill()) {
                throw HttpFailure.badRequest("the form ends too early");
            }
            byte c = buffer[next++];
            if (c == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) (c & 0xff));
        }
        throw HttpFailure.badRequest("a header of the form is too long");
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        while (limit - next < delimiter.length) {
            if (!fill()) {
                throw HttpFailure.badRequest("the form ends too early, within its file");
            }
        }
        int end = endOfContent();
        if (end == next) {
            next += delimiter.length;
            ended = true;
            return -1;
        }
        int count = Math.min(length, end - next);
        System.arraycopy(buffer, next, into, offset, count);
        next += count;
        return count;
    }

    /** Where the delimiter begins, or may begin. */
    private int endOfContent() {
        for (int i = next; i < limit; i++) {
            int compared = Math.min(delimiter.length, limit - i);
            if (buffer[i] == delimiter[0]
                    && Arrays.equals(buffer, i, i + compared, delimiter, 0, compared)) {
                return i;
            }
        }
        return limit;
    }

    /** Adds to what is left in the buffer. */
    private boolean fill() throws IOException {
        System.arraycopy(buffer, next, buffer, 0, limit - next);
        limit -= next;
        next = 0;
        int read = in.read(buffer, limit, BUFFER - limit);
        limit += Math.max(0, read);
        return read > 0;
    }
}
