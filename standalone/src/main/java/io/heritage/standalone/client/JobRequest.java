package io.heritage.standalone.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** The body of a submission; its files are read while the body is sent, never held whole. */
public sealed interface JobRequest permits InterpolationJob, RestorationJob {

    BodyPublisher body() throws IOException;

    /** A part of a body. */
    sealed interface BodyPart {
        long length() throws IOException;

        InputStream open();
    }

    /** JSON text, sent unchanged. */
    record JsonText(String json) implements BodyPart {
        private byte[] utf8() {
            return json.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public long length() {
            return utf8().length;
        }

        @Override
        public InputStream open() {
            return new ByteArrayInputStream(utf8());
        }
    }

    /** A file in base64. */
    record Encoded(Path file) implements BodyPart {
        @Override
        public long length() throws IOException {
            return Base64File.encodedLength(Files.size(file));
        }

        @Override
        public InputStream open() {
            try {
                return new Base64File(Files.newInputStream(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static BodyPublisher body(List<BodyPart> parts) throws IOException {
        long length = 0;
        for (BodyPart part : parts) {
            length += part.length();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() ->
                        new SequenceInputStream(
                                Collections.enumeration(
                                        parts.stream().map(BodyPart::open).toList()))),
                length);
    }
}
