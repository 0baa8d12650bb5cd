package io.heritage.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code /retry} and {@code /cancel} of a sink whose fold does not see in time what they wrote:
 * what is answered, the next {@code /status} says too.
 */
class ChangesBehindTheFoldTest {
    private static final int JOBS = 20;

    private final Samples samples = new Samples(Clock.systemUTC());

    @Test
    void anAcknowledgedRetryShowsInTheNextStatus(@TempDir Path folder) throws Exception {
        try (var fixture = new SinkFixture(folder);
                Sink sink = fixture.readySink(SinkFixture.NONE_FOR_THE_FOLD)) {
            for (int i = 0; i < JOBS; i++) {
                Job job = fixture.submit(samples.job());
                fixture.transport.events().append(samples.started(job, 1));
                fixture.transport.events().append(samples.failed(job, "bad"));
                SinkFixture.await(() -> state(fixture, sink, job).equals("FAILED"));
                JsonNode answer = fixture.changeOnce(sink, job, "/retry");
                if (answer.has("status")) {
                    assertThat(state(fixture, sink, job)).isEqualTo("IN_QUEUE");
                } else {
                    assertThat(answer.path("error").asText()).startsWith("the retry is recorded");
                    SinkFixture.await(() -> state(fixture, sink, job).equals("IN_QUEUE"));
                }
            }
        }
    }

    @Test
    void anAcknowledgedCancellationShowsInTheNextStatus(@TempDir Path folder) throws Exception {
        try (var fixture = new SinkFixture(folder);
                Sink sink = fixture.readySink(SinkFixture.NONE_FOR_THE_FOLD)) {
            for (int i = 0; i < JOBS; i++) {
                Job job = fixture.submit(samples.job());
                JsonNode answer = fixture.changeOnce(sink, job, "/cancel");
                if (answer.has("status")) {
                    assertThat(state(fixture, sink, job)).isEqualTo("CANCELLED");
                } else {
                    assertThat(answer.path("error").asText())
                            .startsWith("the cancellation is recorded");
                    SinkFixture.await(() -> state(fixture, sink, job).equals("CANCELLED"));
                }
            }
        }
    }

    private static String state(SinkFixture fixture, Sink sink, Job job) {
        try {
            return fixture.json(SinkFixture.jobUri(sink, job, "")).path("status").asText();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
