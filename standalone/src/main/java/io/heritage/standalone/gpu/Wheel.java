package io.heritage.standalone.gpu;

import io.heritage.schemas.PublishedFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wheel (PEP 427: a zip archive) whose libraries are needed.
 *
 * @param project on the package index
 * @param bytes of the wheel
 * @param libraryBytes of the libraries in it, unpacked
 * @param sha256 of the wheel
 * @param file as published: {@code NAME-VERSION-…-PLATFORM.whl}
 */
record Wheel(String project, long bytes, long libraryBytes, String sha256, String file) {
    private static final String PINNED = "cuda-wheels.txt";
    private static final Pattern LINE =
            Pattern.compile("(\\S+) (\\d+) (\\d+) ([0-9a-f]{64}) (\\S+\\.whl)");

    /** The CUDA build of the libtorch that the engine was built for. */
    static List<Wheel> pinned() {
        try (InputStream in = Wheel.class.getResourceAsStream(PINNED)) {
            if (in == null) {
                throw new IllegalStateException("no " + PINNED + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Wheel::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Wheel parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalStateException(PINNED + ": no wheel: " + line);
        }
        return new Wheel(
                matcher.group(1),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3)),
                matcher.group(4),
                matcher.group(5));
    }

    String version() {
        return file.split("-", 3)[1];
    }

    /** Of the wheel in the folder: short, for it is shown beside the progress. */
    String localName() {
        return project + "-" + version() + ".whl";
    }

    PublishedFile published() {
        return new PublishedFile(project, file, localName(), bytes, Optional.of(sha256));
    }
}
