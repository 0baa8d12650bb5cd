package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages that tell of models say of each what the catalogue says. */
class ModelPagesTest {
    private static final Path PAGE = Path.of("..", "docs", "restore.md");
    private static final Path README = Path.of("..", "README.md");
    private static final Path CONSOLE_PAGE =
            Path.of("../console/src/main/resources/io/heritage/console/page/operate.js");
    private static final Path API =
            Path.of("../ingest-gateway/src/main/resources/io/heritage/gateway/openapi.json");
    private static final Pattern NAMED_MODEL =
            Pattern.compile("(?<=models (?:pull|make-tiny) )\\w+|\\bseedvr2_\\w+");

    static List<PublishedModel> models() {
        return PublishedModel.restoring();
    }

    @ParameterizedTest
    @MethodSource("models")
    void theTableHasARowForEveryModel(PublishedModel model) throws IOException {
        List<PublishedFile> forms =
                Stream.of(model.files(), model.halfFiles())
                        .filter(form -> !form.isEmpty())
                        .map(List::getFirst)
                        .toList();
        String variant =
                model.variant().equals("normal")
                        ? ""
                        : " (`model_variant: %s`)".formatted(model.variant());

        assertThat(Files.readString(PAGE))
                .contains(
                        "| `%s`%s | %s | %s | %s GB |"
                                .formatted(
                                        model.id(),
                                        variant,
                                        named(model.files()),
                                        named(model.halfFiles()),
                                        forms.stream()
                                                .map(ModelPagesTest::gigabytes)
                                                .collect(Collectors.joining(" or "))));
    }

    private static String named(List<PublishedFile> form) {
        return form.isEmpty() ? "none" : "`" + form.getFirst().name() + "`";
    }

    private static String gigabytes(PublishedFile file) {
        return String.format(Locale.ROOT, "%.1f", file.bytes() / 1e9).replace(".0", "");
    }

    @ParameterizedTest
    @EnumSource(PublishedModel.class)
    void theConsoleTellsSizeCommandAndLicenceOfEveryModel(PublishedModel model) throws IOException {
        String half = model.halfFiles().isEmpty() ? "" : ", fp16 " + size(model.halfFiles());

        assertThat(Files.readString(CONSOLE_PAGE))
                .contains(
                        "'%s%s', './heritage models pull %s', '%s'],"
                                .formatted(size(model.files()), half, model.id(), model.licence()));
    }

    /** As {@link PublishedModel#size} in an English locale. */
    private static String size(List<PublishedFile> files) {
        double gigabytes = sum(files);
        return String.format(Locale.ROOT, gigabytes < 1 ? "%.2f GB" : "%.1f GB", gigabytes);
    }

    private static double sum(List<PublishedFile> files) {
        return files.stream().mapToLong(PublishedFile::bytes).sum() / 1e9;
    }

    @Test
    void theReadmeNamesTheModelsThatRestoreAndNoneThatIsNotInTheCatalogue() throws IOException {
        List<String> all = Arrays.stream(PublishedModel.values()).map(PublishedModel::id).toList();
        List<String> restoring = models().stream().map(PublishedModel::id).toList();

        assertThat(NAMED_MODEL.matcher(Files.readString(README)).results().map(MatchResult::group))
                .containsAll(restoring)
                .isSubsetOf(all);
    }

    @Test
    void theReadmeTellsTheSizeOfWan() throws IOException {
        long gigabytes = Math.round(sum(PublishedModel.WAN22.files()));

        assertThat(Files.readString(README)).contains("Wan2.2 about %d GB".formatted(gigabytes));
    }

    @Test
    void theApiOffersTheTypesAndVariantsOfTheCatalogue() throws IOException {
        JsonNode input =
                Wire.json()
                        .readTree(API.toFile())
                        .at("/components/schemas/RestoreInput/properties");

        assertThat(input.path("model_type").findValuesAsText("const"))
                .isEqualTo(models().stream().map(PublishedModel::modelType).distinct().toList());
        assertThat(input.path("model_variant").findValuesAsText("const"))
                .isEqualTo(models().stream().map(PublishedModel::variant).distinct().toList());
    }
}
