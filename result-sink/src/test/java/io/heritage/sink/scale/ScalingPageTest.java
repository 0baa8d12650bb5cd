package io.heritage.sink.scale;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.http.AdminPage.Reply;
import io.heritage.observe.MetricsPage;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.JobDirectory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScalingPageTest {
    private static final EndpointId ENDPOINT = new EndpointId("restore");
    private static final Demand BUSY =
            new Demand(5, 2, 1, Duration.ofSeconds(9), 2, 0, Optional.empty());

    private final MetricsPage metrics = new MetricsPage();
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        metrics.close();
    }

    private Reply ask(DemandReader demand, String endpoint, Map<String, String> query)
            throws InterruptedException {
        return page(demand).of(endpoint, name -> Optional.ofNullable(query.get(name)));
    }

    private ScalingPage page(DemandReader demand) {
        return new ScalingPage(
                Set.of(ENDPOINT),
                (endpoint, patience, atMost) -> {
                    asked.incrementAndGet();
                    return demand.of(endpoint, patience, atMost);
                },
                metrics.meters(),
                nanos::get);
    }

    @Test
    void theAnswerHasTheNumberAndWhatItCameFrom() throws Exception {
        Reply reply =
                ask((_, _, _) -> BUSY, "restore", Map.of("type", "REQUEST_COUNT", "active", "1", "max", "20"));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json())
                .contains("\"flex\":6", "\"queue\":5", "\"running\":2", "\"oldestMs\":9000");
        assertThat(metrics.text())
                .contains(
                        "heritage_scaler_flex{endpoint=\"restore\"} 6.0",
                        "heritage_scaler_active{endpoint=\"restore\"} 1.0");
    }

    @Test
    void aSinkThatIsNoLongerAskedReportsNoOldNumber() throws Exception {
        ScalingPage page = page((_, _, _) -> BUSY);
        page.of("restore", _ -> Optional.empty());
        nanos.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(metrics.text()).contains("heritage_scaler_flex{endpoint=\"restore\"} NaN");

        page.of("restore", _ -> Optional.empty());
        assertThat(metrics.text()).contains("heritage_scaler_flex{endpoint=\"restore\"} 3.0");
    }

    @Test
    void aSinkThatCannotAnswerForAllJobsNamesNoNumber() throws Exception {
        Reply reply =
                ask(
                        (_, _, _) -> {
                            throw new JobDirectory.NotServing("another sink does not answer: b:1");
                        },
                        "restore",
                        Map.of());

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json()).contains("another sink does not answer").doesNotContain("flex");
    }

    @Test
    void anUnexpectedErrorNamesNoNumberEither() throws Exception {
        Reply reply =
                ask(
                        (_, _, _) -> {
                            throw new IllegalStateException("closed");
                        },
                        "restore",
                        Map.of());

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json()).doesNotContain("flex");
    }

    @Test
    void anEndpointThatIsNotThereIsNoIdleOne() throws Exception {
        assertThat(ask((_, _, _) -> BUSY, "nobody", Map.of()).status()).isEqualTo(404);
        assertThat(ask((_, _, _) -> BUSY, "no/name", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void aParameterThatCannotBeReadIsNamed() throws Exception {
        Reply reply = ask((_, _, _) -> BUSY, "restore", Map.of("max", "many"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).contains("max: expected a number, found many");
    }

    @Test
    void theSinksAreAskedOnceASecond() throws Exception {
        ScalingPage page = page((_, _, _) -> BUSY);
        page.of("restore", _ -> Optional.empty());
        page.of("restore", _ -> Optional.empty());
        assertThat(asked).hasValue(1);

        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        page.of("restore", _ -> Optional.empty());
        assertThat(asked).hasValue(2);
    }
}
