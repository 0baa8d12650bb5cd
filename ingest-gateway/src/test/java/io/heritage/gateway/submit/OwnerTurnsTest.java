package io.heritage.gateway.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.KeyRing;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ExecutionPolicy;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.memory.MemoryJobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OwnerTurnsTest {
    private static final EndpointId ENDPOINT = new EndpointId("interpolate");

    private final MemoryJobs jobs = new MemoryJobs();
    private final KeyRing keys =
            new KeyRing(
                    List.of(
                            key("laptop", "alice", 2),
                            key("desktop", "alice", 3),
                            key("bob", null, null)));
    private final OwnerTurns turns = new OwnerTurns(jobs, keys);

    private static ApiKey key(String name, @Nullable String owner, @Nullable Integer weight) {
        return new ApiKey(
                name,
                ApiKey.ofPlain(name, "hk-" + name).sha256(),
                owner,
                Set.of(),
                Set.of(),
                null,
                weight);
    }

    @BeforeEach
    void share() {
        jobs.setLanesShared(true);
        turns.behind(false);
    }

    private static Job job(String owner, boolean lowPriority) {
        return new Job(
                JobId.forRun(Clock.systemUTC()),
                ENDPOINT,
                EndpointKind.INTERPOLATE,
                owner,
                Payload.ofJson(Wire.json().createObjectNode()),
                new ExecutionPolicy(Duration.ofMinutes(10), Duration.ofHours(1), lowPriority),
                null,
                ReplyShape.ENVELOPE,
                Instant.now(),
                0);
    }

    private Job submit(String owner) {
        Job job = job(owner, false);
        turns.submit(job);
        return job;
    }

    private void happens(JobEvent event) {
        turns.heard(event.jobId(), 100, () -> event);
    }

    private static JobEvent started(Job job) {
        return new JobEvent.Started(job.id(), Instant.now(), 1, new WorkerId("gpu-0"));
    }

    @Test
    void aJobBehindAnotherOfItsOwnerWaitsForItsTurn() {
        submit("alice");
        Job second = submit("alice");
        submit("bob");
        assertThat(jobs.submitted()).hasSize(3);
        assertThat(jobs.waiting()).containsExactly(second);
    }

    @Test
    void whoDoesOneJobAfterTheOtherNeverWaits() {
        for (int i = 0; i < 3; i++) {
            happens(started(submit("alice")));
        }
        assertThat(jobs.waiting()).isEmpty();
    }

    @Test
    void aJobWaitsUntilTheOneBeforeHasBegunHoweverManyBeganEarlier() {
        Job first = submit("alice");
        Job second = submit("alice");
        happens(started(first));
        Job third = submit("alice");
        assertThat(jobs.waiting()).containsExactly(second, third);
        happens(started(second));
        happens(started(third));
        submit("alice");
        assertThat(jobs.waiting()).hasSize(2);
    }

    @Test
    void eachLaneIsSharedForItself() {
        submit("alice");
        turns.submit(job("alice", true));
        assertThat(jobs.waiting()).isEmpty();
    }

    static Stream<JobEvent> ends() {
        var id = new JobId("to-be-replaced");
        Instant at = Instant.EPOCH;
        return Stream.of(
                new JobEvent.Cancelled(id, at),
                new JobEvent.TimedOut(id, at, "job expired"),
                new JobEvent.Failed(id, at, 1, null, "broken", null));
    }

    @ParameterizedTest
    @MethodSource("ends")
    void aJobThatEndsWithoutABeginHoldsNobodyUp(JobEvent end) {
        Job job = submit("alice");
        turns.heard(job.id(), 100, () -> end);
        submit("alice");
        assertThat(jobs.waiting()).isEmpty();
    }

    @Test
    void aPurgeIsAboutItsOwnerOnly() {
        submit("alice");
        submit("bob");
        happens(
                new JobEvent.QueuePurged(
                        JobId.forPurge(Clock.systemUTC()),
                        Instant.now(),
                        ENDPOINT,
                        "alice",
                        Map.of()));
        submit("alice");
        assertThat(jobs.waiting()).isEmpty();
        submit("bob");
        assertThat(jobs.waiting()).hasSize(1);
    }

    @Test
    void whileTheLogIsNotFollowedTheSinkDecides() {
        turns.behind(true);
        submit("alice");
        assertThat(jobs.waiting()).hasSize(1);
        turns.behind(false);
        submit("alice");
        assertThat(jobs.waiting()).hasSize(1);
    }

    @Test
    void oneOwnerAloneSharesWithNobody() {
        keys.replace(List.of(key("laptop", "alice", null), key("desktop", "alice", null)));
        submit("alice");
        submit("alice");
        assertThat(jobs.waiting()).isEmpty();
    }

    @Test
    void nothingWaitsWhereLanesAreNotShared() {
        jobs.setLanesShared(false);
        turns.behind(true);
        submit("alice");
        submit("alice");
        assertThat(jobs.waiting()).isEmpty();
        assertThat(turns.weightOf("alice")).isNull();
    }

    @Test
    void aJobThatCouldNotBeWrittenHoldsNobodyUp() {
        jobs.setUnavailable(true);
        assertThatThrownBy(() -> submit("alice")).isInstanceOf(TransportUnavailable.class);
        jobs.setUnavailable(false);
        submit("alice");
        assertThat(jobs.waiting()).isEmpty();
    }

    @Test
    void theLargestWeightOfAnOwnersKeysCounts() {
        assertThat(turns.weightOf("alice")).isEqualTo(3);
        assertThat(turns.weightOf("bob")).as("1 is not written").isNull();
        assertThat(turns.weightOf("gone")).isNull();
    }

    @Test
    void aWeightIsAtLeastOne() {
        assertThatThrownBy(() -> key("laptop", "alice", 0))
                .hasMessage("keys: 'laptop' has the weight 0, expected 1 to 1000");
    }
}
