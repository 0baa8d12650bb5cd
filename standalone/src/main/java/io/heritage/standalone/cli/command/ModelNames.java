package io.heritage.standalone.cli.command;

import io.heritage.schemas.PublishedModel;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Names of models for help pages and completion, from the catalogue. */
public final class ModelNames {
    /** A small model with random weights that is made for one run. */
    public static final String TINY = "tiny";

    /** Placeholder in a help page for the lines of {@link #table}. */
    public static final String TABLE = "(models)";

    private ModelNames() {}

    /** A line for each model: its name, its size, that of its 16-bit files, its licence. */
    public static Stream<String> table() {
        return Arrays.stream(PublishedModel.values())
                .map(model ->
                        "  %-17s %s%s; licence: %s"
                                .formatted(
                                        model.id(),
                                        PublishedModel.size(model.files()),
                                        model.halfFiles().isEmpty()
                                                ? ""
                                                : " (--fp16: %s)"
                                                        .formatted(
                                                                PublishedModel.size(
                                                                        model.halfFiles())),
                                        model.licence()));
    }

    /** Models that can be downloaded. */
    public static final class Published implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(PublishedModel.values()).map(PublishedModel::id).iterator();
        }
    }

    /** Models for restoration. */
    public static final class Restoring implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }

        public static List<String> names() {
            return Stream.concat(
                            PublishedModel.restoring().stream().map(PublishedModel::id),
                            Stream.of(TINY))
                    .toList();
        }
    }

    /** Models that have a tiny version. */
    public static final class WithTiny implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return models().stream().map(PublishedModel::id).iterator();
        }

        public static List<PublishedModel> models() {
            return Stream.concat(
                            PublishedModel.restoring().stream(), Stream.of(PublishedModel.WAN22))
                    .toList();
        }
    }
}
