package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ApiDescriptionTest {

    /** Whoever adds an operation describes it in openapi.json. */
    @ParameterizedTest
    @EnumSource
    void everyOperationIsDescribedWithItsMethodsAndNoOther(Operation operation) {
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")) {
            boolean described =
                    Stream.of("", "/x", "/x/drain")
                            .anyMatch(tail ->
                                    ApiContract.operation(
                                                    method, "/v2/e/" + operation.path() + tail)
                                            .isPresent());
            assertThat(described)
                    .as("%s %s in openapi.json", method, operation.path())
                    .isEqualTo(operation.takes(method));
        }
    }

    @Test
    void noReferenceInItIsBroken() {
        for (JsonNode reference : ApiContract.document().findValues("$ref")) {
            assertThat(ApiContract.document().at(reference.textValue().substring(1)).isObject())
                    .as(reference.textValue())
                    .isTrue();
        }
    }

    @Test
    void itIsServedToAnybody() throws IOException {
        var transport = new MemoryTransport(Clock.systemUTC());
        try (var sink = new FakeSink();
                var gateway =
                        Gateway.start(
                                GatewayTest.config(sink, true),
                                List.of(
                                        EndpointConfig.defaults(
                                                new EndpointId("restore"), EndpointKind.RESTORE)),
                                transport.media(),
                                transport.jobs(),
                                transport.events(),
                                Clock.systemUTC());
                var client = new RawClient(gateway.port())) {
            JsonNode served = client.send("GET", "/openapi.json", "").json();
            assertThat(served.path("openapi").textValue()).isEqualTo("3.1.0");
            assertThat(served.at("/servers/0/url").textValue()).isEqualTo("/v2");
            assertThat(served.path("paths")).isEqualTo(ApiContract.document().path("paths"));
            assertThat(client.send("POST", "/openapi.json", "").status()).isEqualTo(405);
        }
    }
}
