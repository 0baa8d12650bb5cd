package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.heritage.gateway.RawClient.Reply;
import io.heritage.gateway.call.ApiKey;
import io.heritage.schemas.Batch;
import io.heritage.schemas.JobEvent;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys that may do less than all, and change while the gateway runs. */
final class KeysTest extends KeysFixture {
    @Test
    void jobsBelongToTheOwnerOfTheKey() throws IOException {
        send("laptop", "POST", RUN, EMPTY_INPUT);
        send("server", "POST", RUN, EMPTY_INPUT);
        assertThat(transport.jobs().submitted()).extracting("owner").containsOnly("alice");
        send("reader", "GET", "/v2/interpolate/status/x", "");
        assertThat(sink.asked.getLast()).contains("owner=alice");
    }

    /** The log of events is not followed here, so every job waits for the sink. */
    @Test
    void whereOwnersShareLanesTheWeightOfTheirKeysGoesWithTheirJobs() throws IOException {
        transport.jobs().setLanesShared(true);
        gateway.useKeys(
                List.of(
                        new ApiKey(
                                "laptop",
                                ApiKey.ofPlain("laptop", "hk-laptop").sha256(),
                                "alice",
                                Set.of(),
                                Set.of(),
                                null,
                                3),
                        key("server", "bob", Set.of(), Set.of(), null)));
        send("laptop", "POST", RUN, EMPTY_INPUT);
        send("server", "POST", RUN, EMPTY_INPUT);
        assertThat(transport.jobs().waiting())
                .extracting("owner", "weight")
                .containsExactly(tuple("alice", 3), tuple("bob", null));
        send("laptop", "POST", "/v2/interpolate/batch", "{\"inputs\":[{},{}]}");
        assertThat(transport.events().all().getLast())
                .isInstanceOfSatisfying(
                        JobEvent.Submitted.class,
                        batch -> {
                            assertThat(batch.job().weight()).isEqualTo(3);
                            assertThat(Batch.member(batch.job(), 1).weight()).isEqualTo(3);
                        });
    }

    @Test
    void aKeyMayBeForSomeOperationsOrEndpointsOnly() throws IOException {
        Reply reply = send("reader", "POST", RUN, EMPTY_INPUT);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.error()).isEqualTo("this key may not use run");
        assertThat(send("reader", "GET", "/v2/interpolate/health", "").status()).isEqualTo(200);
        assertThat(send("restorer", "POST", RUN, EMPTY_INPUT).error())
                .isEqualTo("this key may not use the endpoint interpolate");
        assertThat(send("restorer", "POST", "/v2/restore/run", EMPTY_INPUT).status())
                .isEqualTo(200);
        assertThatThrownBy(() -> key("x", "alice", Set.of(), Set.of("submit"), null))
                .hasMessageContaining("'submit', expected some of [run, runsync, batch, status");
    }

    @Test
    void theConsoleIsThereWithoutAKeyButTheListOfEndpointsIsNot() throws IOException {
        try (var client = new RawClient(gateway.port())) {
            Reply page = client.send("GET", "/", "");
            assertThat(page.status()).isEqualTo(200);
            assertThat(page.body())
                    .contains("<title>Heritage</title>")
                    .doesNotContain("interpolate");
            assertThat(client.send("GET", EndpointList.PATH, "").status()).isEqualTo(401);
        }
        assertThat(send("restorer", "GET", EndpointList.PATH, "").json().path("endpoints"))
                .extracting(endpoint -> endpoint.path("id").textValue())
                .containsExactly("restore");
        assertThat(send("laptop", "GET", EndpointList.PATH, "").json().path("endpoints"))
                .hasSize(2);
    }

    @Test
    void onlyAKeyThatNamesItPausesEndpointsAndDrainsWorkers() throws IOException {
        for (String path : List.of("pause", "resume", "workers/gpu-1/drain")) {
            Reply refused = send("laptop", "POST", "/v2/restore/" + path, "");
            assertThat(refused.status()).as(path).isEqualTo(403);
            assertThat(refused.error()).contains("name it, or \"*\", in the key's operations");
            assertThat(send("operator", "POST", "/v2/restore/" + path, "").status()).isEqualTo(200);
        }
        assertThat(sink.asked)
                .containsExactly(
                        "POST /v1/endpoints/restore/pause?owner=root",
                        "POST /v1/endpoints/restore/resume?owner=root",
                        "POST /v1/endpoints/restore/workers/gpu-1/drain?owner=root&only=restore");
        assertThat(send("laptop", "GET", "/v2/restore/workers", "").status()).isEqualTo(200);
        assertThat(sink.asked.getLast()).isEqualTo("GET /v1/endpoints/restore/workers?owner=alice");
        assertThat(send("laptop", "POST", "/v2/restore/workers", "").status()).isEqualTo(405);
        assertThat(send("operator", "GET", "/v2/restore/workers/a/drain", "").status())
                .isEqualTo(405);
        assertThat(send("operator", "POST", "/v2/restore/workers/a/kill", "").status())
                .isEqualTo(404);
    }

    @Test
    void keysAreReplacedWhileTheGatewayRuns() throws IOException {
        gateway.useKeys(List.of(key("new", "alice", Set.of(), Set.of(), null)));
        assertThat(send("laptop", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(401);
        assertThat(send("new", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(200);
        assertThat(transport.jobs().submitted().getLast().owner()).isEqualTo("alice");
        ApiKey twice = key("new", "alice", Set.of(), Set.of(), null);
        assertThatThrownBy(() -> gateway.useKeys(List.of(twice, twice)))
                .hasMessageContaining("is used twice");
        assertThatThrownBy(() -> gateway.useKeys(List.of()))
                .hasMessageContaining("needs a restart to run without keys");
        assertThat(send("new", "POST", RUN, EMPTY_INPUT).status()).isEqualTo(200);
    }
}
