package io.heritage.benchmarks;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Reads the arguments of a benchmark in order; a missing one takes its default. */
final class Arguments {
    private final String[] given;
    private int next;

    Arguments(String[] given) {
        this.given = given;
    }

    boolean hasMore() {
        return next < given.length;
    }

    String text(String otherwise) {
        return hasMore() ? given[next++] : otherwise;
    }

    int number(int otherwise) {
        return Integer.parseInt(text(Integer.toString(otherwise)));
    }

    /** WIDTHxHEIGHT. */
    FrameSize size(String otherwise) {
        List<String> sides = List.of(text(otherwise).split("x", 2));
        return new FrameSize(Integer.parseInt(sides.getFirst()), Integer.parseInt(sides.getLast()));
    }

    /** Deletes a folder with its content. */
    static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
