package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Payload;
import io.heritage.schemas.PublishedModel;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.Samples;
import io.heritage.transport.kafka.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where the fold puts jobs of an endpoint whose models have lanes. */
class OutgoingTest {
    private static final EndpointId RESTORE = new EndpointId("restore");
    private static final Set<EndpointId> LANES = Set.of(RESTORE);
    private static final String LANE = Topics.jobs(RESTORE, Lane.HIGH);

    @Test
    void aJobThatIsPutBackOrHasItsTurnGoesIntoTheLaneOfItsModel() {
        Job job = job("{'model_type':'seedvr2_3b'}");
        String ofModel = Topics.jobs(RESTORE, Lane.HIGH, PublishedModel.SEEDVR2_3B);
        assertThat(ofModel).isEqualTo("heritage.jobs.restore.high.seedvr2_3b");
        assertThat(Outgoing.again(job, 1).topic(LANES)).isEqualTo(ofModel);
        assertThat(Outgoing.turn(job, 0).topic(LANES)).isEqualTo(ofModel);
        assertThat(Outgoing.again(job, 1).topic(Set.of())).isEqualTo(LANE);
    }

    @Test
    void aJobOfAnyModelAndOneThatWaitsForItsTurnDoNot() {
        assertThat(Outgoing.again(job("{'res_h':64}"), 1).topic(LANES)).isEqualTo(LANE);
        assertThat(Outgoing.waiting(job("{'model_variant':'sharp'}")).topic(LANES))
                .isEqualTo(Topics.waiting(LANE));
    }

    private static Job job(String input) {
        return new Job(
                JobId.forRun(Clock.systemUTC()),
                RESTORE,
                EndpointKind.RESTORE,
                "alice",
                Payload.ofJson(Samples.json(input)),
                new ExecutionPolicy(Duration.ofMinutes(5), Duration.ofHours(1), false),
                null,
                ReplyShape.BOTH,
                Instant.EPOCH,
                0);
    }
}
