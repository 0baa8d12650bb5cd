package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The examples of the page are run by {@code conformance/api_examples}. */
final class ApiPageTest {

    @ParameterizedTest
    @EnumSource
    void everyOperationHasItsSectionAndAnExample(Operation operation) throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        String heading = "\n### " + operation.path() + "\n";
        assertThat(page).contains(heading);
        String section = page.substring(page.indexOf(heading) + heading.length());
        assertThat(section.substring(0, section.indexOf("\n##")))
                .contains("```bash")
                .contains("/" + operation.path());
    }
}
