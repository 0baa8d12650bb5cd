package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.call.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
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

    /** {@link ApiReference#main} writes it anew. */
    @Test
    void theReferenceIsMadeOfWhatTheGatewayServes() throws IOException {
        assertThat(Files.readString(ApiReference.PAGE)).isEqualTo(ApiReference.made());
    }

    /** What a client may send is explained where it is explained what for. */
    @Test
    void everyParameterIsOnThePage() throws IOException {
        String page = Files.readString(Path.of("../docs/api.md"));
        for (JsonNode parameter : ApiContract.document().at("/components/parameters")) {
            if (!parameter.path("in").textValue().equals("path")) {
                String name = parameter.path("name").textValue();
                assertThat(page).containsPattern("(?<![\\w-])" + name + "(?![\\w-])");
            }
        }
    }
}
