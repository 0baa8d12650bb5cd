package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/restore.md tells of every model what the catalogue says. */
class ModelPagesTest {
    private static final Path PAGE = Path.of("..", "docs", "restore.md");

    static List<PublishedModel> models() {
        return PublishedModel.restoring();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theTableHasARowForEveryModel(PublishedModel model) throws IOException {
        PublishedFile official = model.files().getFirst();
        PublishedFile half = model.halfFiles().getFirst();
        String variant =
                model.variant().equals("normal")
                        ? ""
                        : " (`model_variant: %s`)".formatted(model.variant());

        assertThat(Files.readString(PAGE))
                .contains(
                        "| `%s`%s | `%s` | `%s` | %s or %s GB |"
                                .formatted(
                                        model.id(),
                                        variant,
                                        official.name(),
                                        half.name(),
                                        gigabytes(official),
                                        gigabytes(half)));
    }

    private static String gigabytes(PublishedFile file) {
        return String.format(Locale.ROOT, "%.1f", file.bytes() / 1e9).replace(".0", "");
    }
}
