package io.heritage.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /stream} of a sink whose fold does not see in time what was given. */
class StreamBehindTheFoldTest {
    private static final int PARTS = 60;

    private final Samples samples = new Samples(Clock.systemUTC());

    @Test
    void aPartIsGivenOnceAlthoughTheFoldDoesNotKnowYetThatItWas(@TempDir Path folder)
            throws Exception {
        try (var fixture = new SinkFixture(folder);
                Sink sink = fixture.readySink(SinkFixture.NONE_FOR_THE_FOLD)) {
            Job job = fixture.submit(samples.job());
            fixture.transport.events().append(samples.started(job, 1));
            var given = new ArrayList<Integer>();
            for (int i = 0; i < PARTS; i++) {
                fixture.transport.events().append(samples.part(job, 1, i));
                while (given.size() <= i) {
                    JsonNode answer =
                            fixture.json(
                                    SinkFixture.jobUri(
                                            sink,
                                            job.id() + "/stream",
                                            "interpolate",
                                            "alice",
                                            "&wait=60000"));
                    assertThat(answer.path("status").asText()).isEqualTo("IN_PROGRESS");
                    answer.path("stream").forEach(p -> given.add(p.at("/output/part").asInt()));
                }
            }
            assertThat(given).containsExactlyElementsOf(IntStream.range(0, PARTS).boxed().toList());
        }
    }
}
