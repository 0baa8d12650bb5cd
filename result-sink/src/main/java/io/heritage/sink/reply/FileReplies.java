package io.heritage.sink.reply;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes media of a result as files, straight from the store: no more than a fetch of it is on the
 * heap, whatever its size.
 */
final class FileReplies {
    private static final HeaderName NO_SNIFFING = HeaderNames.create("X-Content-Type-Options");
    private static final HeaderName POLICY = HeaderNames.create("Content-Security-Policy");
    private static final int FIRST = 64 << 10;

    private final MediaSource media;
    private final ReaderPace pace;

    FileReplies(MediaSource media, ReaderPace pace) {
        this.media = media;
        this.pace = pace;
    }

    /** Status and headers of a file; all of the answer to HEAD. */
    static void headers(ServerResponse response, Answer.File answer) {
        OutputFile file = answer.file();
        FileRange range = answer.range();
        response.header(HeaderNames.ETAG, file.etag());
        response.header(HeaderNames.ACCEPT_RANGES, "bytes");
        response.header(HeaderNames.CACHE_CONTROL, "private");
        if (answer.notModified()) {
            response.status(Status.NOT_MODIFIED_304);
            return;
        }
        switch (range.kind()) {
            case WHOLE -> {}
            case PART -> {
                response.status(Status.PARTIAL_CONTENT_206);
                response.header(
                        HeaderNames.CONTENT_RANGE,
                        "bytes %d-%d/%d"
                                .formatted(range.from(), range.to() - 1, file.ref().bytes()));
            }
            case NOWHERE -> {
                response.status(Status.REQUESTED_RANGE_NOT_SATISFIABLE_416);
                response.header(HeaderNames.CONTENT_RANGE, "bytes */" + file.ref().bytes());
                return;
            }
        }
        named(response, file.type(), file.isShown() ? "inline" : "attachment", file.name());
        response.headers().contentLength(range.length());
    }

    static void headers(ServerResponse response, Answer.Picture picture) {
        response.header(HeaderNames.ETAG, picture.etag());
        response.header(HeaderNames.CACHE_CONTROL, "private");
        named(response, "image/png", "inline", "frame.png");
        picture.facts().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.headers().contentLength(picture.bytes());
    }

    void picture(ServerResponse response, Answer.Picture picture, Runnable hangUp)
            throws IOException {
        try (InputStream in = Files.newInputStream(picture.png())) {
            headers(response, picture);
            write(response, hangUp, out -> copy(in, out, picture.bytes()));
        }
    }

    /** Headers that keep browsers from running anything in a stranger's file. */
    private static void named(ServerResponse response, String type, String how, String name) {
        response.header(HeaderNames.CONTENT_TYPE, type);
        response.header(NO_SNIFFING, "nosniff");
        response.header(POLICY, "sandbox");
        response.header(
                HeaderNames.CONTENT_DISPOSITION, "%s; filename=\"%s\"".formatted(how, name));
    }

    /**
     * @throws IOException before anything is written if the file cannot be read; as {@link
     *     BrokenOff} afterwards
     */
    void file(ServerResponse response, Answer.File answer, Runnable hangUp) throws IOException {
        FileRange range = answer.range();
        try (InputStream in = media.open(answer.file().ref(), range.from())) {
            byte[] first = in.readNBytes((int) Math.min(FIRST, range.length()));
            headers(response, answer);
            write(
                    response,
                    hangUp,
                    out -> {
                        if (range.kind() == FileRange.Kind.WHOLE) {
                            copyWhole(first, in, out);
                        } else {
                            out.write(first);
                            copy(in, out, range.length() - first.length);
                        }
                    });
        }
    }

    @FunctionalInterface
    private interface Content {
        void to(OutputStream out) throws IOException;
    }

    /** Aborts the connection: an answer without length would look complete if closed in order. */
    private void write(ServerResponse response, Runnable hangUp, Content content) throws BrokenOff {
        try (OutputStream out = pace.watch(response.outputStream(), hangUp)) {
            try {
                content.to(out);
            } catch (IOException | RuntimeException e) {
                hangUp.run();
                throw e;
            }
        } catch (IOException | UncheckedIOException | TransportUnavailable e) {
            throw new BrokenOff(e);
        }
    }

    /** Holds back the last bytes until count and hash are verified. */
    private static void copyWhole(byte[] first, InputStream in, OutputStream out)
            throws IOException {
        byte[] last = first;
        for (byte[] next = in.readNBytes(FIRST); next.length > 0; next = in.readNBytes(FIRST)) {
            out.write(last);
            last = next;
        }
        out.write(last);
    }

    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        byte[] block = new byte[FIRST];
        long left = bytes;
        while (left > 0) {
            int read = in.read(block, 0, (int) Math.min(block.length, left));
            if (read < 0) {
                throw new IOException("media ended %d bytes too early".formatted(left));
            }
            out.write(block, 0, read);
            left -= read;
        }
    }

    static void headers(ServerResponse response, Answer.Zip answer) {
        named(response, "application/zip", "attachment", answer.name());
    }

    /** Media are compressed already, so they are stored with level 0. */
    void zip(ServerResponse response, Answer.Zip answer, Runnable hangUp) throws IOException {
        List<OutputFile> files = answer.files();
        try (InputStream first = media.open(files.getFirst().ref())) {
            var _ = first.read(); // whether it is still there
        }
        headers(response, answer);
        write(
                response,
                hangUp,
                out -> {
                    var zip = new ZipOutputStream(out);
                    zip.setLevel(Deflater.NO_COMPRESSION);
                    for (OutputFile file : files) {
                        zip.putNextEntry(new ZipEntry(file.name()));
                        try (InputStream in = media.open(file.ref())) {
                            in.transferTo(zip);
                        }
                        zip.closeEntry();
                    }
                    zip.finish();
                });
    }

    /** The answer broke off after a part of it was sent. */
    static final class BrokenOff extends IOException {
        private static final long serialVersionUID = 1L;

        BrokenOff(Exception cause) {
            super("the answer was aborted", cause);
        }
    }
}
