package io.heritage.sink.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import io.heritage.schemas.WorkerStatus.Phase;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.fold.WorkerPresence;
import io.heritage.sink.scale.ScalingTarget.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The number of workers, alone and through a model of the scaler that acts on it. */
class ScalingRuleTest {
    private static final Duration COLD_START = Duration.ofSeconds(20);
    private static final long SEED = 42;

    private static ScalingTarget target(Type type, double value, int active, int max) {
        return new ScalingTarget(type, value, active, max, COLD_START);
    }

    private static Demand demand(long queue, long running, long waitedLong, int workers) {
        return new Demand(
                queue,
                running,
                waitedLong,
                Duration.ZERO,
                workers,
                0,
                Optional.of(Duration.ofSeconds(10)));
    }

    private static int flex(Type type, double value, Demand demand) {
        return ScalingRule.flex(demand, target(type, value, 0, 100));
    }

    @Test
    void requestCountIsRunPodsFormula() {
        assertThat(flex(Type.REQUEST_COUNT, 4, demand(9, 2, 0, 2))).isEqualTo(3);
        assertThat(flex(Type.REQUEST_COUNT, 1, demand(9, 2, 0, 2))).isEqualTo(11);
        assertThat(flex(Type.REQUEST_COUNT, 1, demand(0, 0, 0, 2))).isZero();
    }

    @Test
    void queueDelayCountsOnlyJobsThatHaveWaitedTooLong() {
        assertThat(flex(Type.QUEUE_DELAY, 4, demand(9, 2, 0, 2))).isEqualTo(2);
        assertThat(flex(Type.QUEUE_DELAY, 4, demand(9, 2, 5, 2))).isEqualTo(7);
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void theFirstJobOfAnIdleEndpointDoesNotHaveToWaitTooLongFirst(Type type) {
        assertThat(flex(type, 4, demand(1, 0, 0, 0))).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void workersThatAreBusyAreNeverTooMany(Type type) {
        assertThat(flex(type, 1000, demand(0, 7, 0, 7))).isEqualTo(7);
    }

    @Test
    void activeWorkersAreTakenOffAndTheMaximumHolds() {
        Demand demand = demand(50, 3, 50, 5);
        assertThat(ScalingRule.flex(demand, target(Type.REQUEST_COUNT, 1, 5, 12))).isEqualTo(7);
        assertThat(ScalingRule.flex(demand(1, 1, 1, 5), target(Type.REQUEST_COUNT, 1, 5, 12)))
                .isZero();
    }

    @Test
    void aQueueThatDrainsWithinAColdStartStartsNobody() {
        // 2 jobs of 10 s wait, the one worker has on average half of its own left: 25 s of work.
        assertThat(flex(Type.AUTO, 4, demand(2, 1, 2, 1))).isEqualTo(2);
        assertThat(flex(Type.AUTO, 30, demand(2, 1, 2, 1))).isEqualTo(1);
    }

    @Test
    void withoutHistoryAutoTakesAWorkerAJob() {
        var unknown = new Demand(6, 1, 0, Duration.ZERO, 1, 0, Optional.empty());
        assertThat(flex(Type.AUTO, 4, unknown)).isEqualTo(7);
    }

    @Test
    void workersThatDieAsTheyStartAreNotFollowedByOthers() {
        var dying = new Demand(6, 0, 6, Duration.ofMinutes(1), 0, 3, Optional.empty());
        assertThat(flex(Type.REQUEST_COUNT, 1, dying)).isZero();
        assertThat(ScalingRule.isCrashing(dying)).isTrue();
    }

    /** Who was ever ready, stopped by itself, or is long forgotten does not count. */
    @Test
    void workersThatFellSilentBeforeTheyTookAJobAreCountedForMinutes() {
        var clock = new MovingClock(Instant.parse("2026-11-30T10:00:00Z"));
        var samples = new Samples(clock);
        var workers = new WorkerPresence(clock);
        for (int i = 0; i < 3; i++) {
            workers.heartbeat(samples.worker(new WorkerId("died-" + i), Phase.INITIALIZING, null));
        }
        for (Phase last : List.of(Phase.IDLE, Phase.UNHEALTHY, Phase.STOPPED)) {
            var other = new WorkerId("was-" + last.wireName());
            workers.heartbeat(samples.worker(other, Phase.INITIALIZING, null));
            workers.heartbeat(samples.worker(other, last, null));
        }
        assertThat(workers.deadBeforeReady(Samples.ENDPOINT)).as("they may yet come").isZero();

        clock.move(Duration.ofSeconds(8));
        assertThat(workers.deadBeforeReady(Samples.ENDPOINT)).isEqualTo(3);
        assertThat(workers.deadBeforeReady(new EndpointId("another"))).isZero();

        clock.move(Duration.ofMinutes(5));
        assertThat(workers.deadBeforeReady(Samples.ENDPOINT)).isZero();
    }

    @Test
    void targetsThatCannotBeMeantAreRefusedByName() {
        assertThatThrownBy(() -> target(Type.AUTO, 0, 0, 3)).hasMessageContaining("value");
        assertThatThrownBy(() -> target(Type.AUTO, 4, 4, 3)).hasMessageContaining("active, max");
        assertThatThrownBy(() ->
                        ScalingTarget.parse(
                                name -> Optional.ofNullable(Map.of("type", "FAST").get(name))))
                .hasMessageContaining("REQUEST_COUNT, QUEUE_DELAY or AUTO");
        assertThat(ScalingTarget.parse(_ -> Optional.empty()))
                .isEqualTo(new ScalingTarget(Type.QUEUE_DELAY, 4, 0, 3, Duration.ofSeconds(30)));
    }

    @Test
    void aBurstIsMetWithinTwoPolls() {
        var keda = new KedaModel(target(Type.REQUEST_COUNT, 1, 0, 50), 60, 5);
        keda.steps(11);
        keda.arrive(20);
        keda.steps(2 * 2);

        assertThat(keda.workers()).isEqualTo(20);
    }

    @Test
    void aBurstThatWaitsTooLongIsMetWithinTwoPollsMore() {
        var keda = new KedaModel(target(Type.QUEUE_DELAY, 4, 0, 50), 60, 5);
        keda.steps(11);
        keda.arrive(20);
        keda.steps(4 + 2 * 2);

        assertThat(keda.workers()).isEqualTo(20);
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void anIdleEndpointHasNoWorkers(Type type) {
        var keda = new KedaModel(target(type, 4, 0, 50), 3, 5);
        keda.arrive(30);
        keda.steps(600);

        assertThat(keda.ended()).isEqualTo(30);
        assertThat(keda.workers()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void steadyLoadStartsNobodyOnceItIsMet(Type type) {
        var keda = new KedaModel(target(type, type == Type.REQUEST_COUNT ? 1 : 4, 0, 50), 25, 60);
        int warm = 600;
        int startedWarm = 0;
        for (int second = 0; second < 3600; second++) {
            if (second % 10 == 0) {
                keda.arrive(1);
            }
            keda.step();
            if (second == warm) {
                startedWarm = keda.started();
            }
        }

        assertThat(keda.started()).isEqualTo(startedWarm);
        assertThat(keda.workers()).isBetween(3, 6);
    }

    @ParameterizedTest
    @EnumSource(Type.class)
    void daysOfUnevenArrivalsLoseNothingAndKeepTheMaximum(Type type) {
        var random = new Random(SEED);
        var keda = new KedaModel(target(type, type == Type.REQUEST_COUNT ? 1 : 4, 0, 12), 17, 30);
        int arrived = 0;
        for (int second = 0; second < 86_400; second++) {
            // Busy and quiet hours, and once in a while a batch.
            double rate = 0.2 * (1 + Math.sin(second * 2 * Math.PI / 7200));
            int jobs = random.nextDouble() < rate ? 1 : 0;
            jobs += random.nextInt(3000) == 0 ? 25 : 0;
            arrived += jobs;
            keda.arrive(jobs);
            keda.step();
        }
        keda.steps(3600);

        assertThat(keda.ended()).as("seed %d", SEED).isEqualTo(arrived);
        assertThat(keda.mostWorkers()).isEqualTo(12);
        assertThat(keda.workers()).isZero();
        // A worker that is started for nothing would be one a job; a fleet that swings, one a poll.
        assertThat(keda.started()).isLessThan(arrived / 8);
        assertThat(keda.longestWait()).isLessThan(300);
    }
}
