package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.transport.TestJobs;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a worker that has long been busy keeps a job from the others. */
class HeldJobTest {
    private static final QueueSettings SETTINGS =
            new QueueSettings(
                    Duration.ofMinutes(10),
                    10,
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5));
    private static final long BUSY_SINCE = System.nanoTime() - SETTINGS.grace().toNanos();

    @ParameterizedTest
    @ValueSource(ints = {1, 5})
    void halfOfTheDeliveriesGoBackAtOnce(int deliveries) {
        assertThat(offered(deliveries).returnDue(BUSY_SINCE)).isNotPositive();
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 8})
    void theNextGoBackAfterAWhile(int deliveries) {
        assertThat(offered(deliveries).returnDue(BUSY_SINCE))
                .isPositive()
                .isLessThanOrEqualTo(SETTINGS.lock().toNanos() / 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10})
    void theLastTwoAreForTheWorkerAlone(int deliveries) {
        assertThat(offered(deliveries).returnDue(BUSY_SINCE))
                .isGreaterThan(Duration.ofDays(365).toNanos());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8})
    void noneGoesBackWithinTheGrace(int deliveries) {
        assertThat(offered(deliveries).returnDue(System.nanoTime())).isPositive();
    }

    /** A worker that was suspended, or whose lane gets no answer from Kafka. */
    @Test
    void aClaimWhoseLockHasRunOutIsNotHeldUntilItIsConfirmedAgain() {
        HeldJob claimed = offered(1, System.nanoTime() - SETTINGS.lock().toNanos());
        claimed.moveTo(HeldJob.Phase.CLAIMED);
        assertThat(claimed.held()).isFalse();

        claimed.confirm(System.nanoTime());
        assertThat(claimed.held()).isTrue();
    }

    private static HeldJob offered(int deliveries) {
        return offered(deliveries, System.nanoTime());
    }

    private static HeldJob offered(int deliveries, long confirmedNanos) {
        var lock = new ReentrantLock();
        return new HeldJob(
                TestJobs.job(TestJobs.newEndpoint()),
                "heritage.jobs.e.high",
                0,
                deliveries,
                SETTINGS,
                SETTINGS.lock(),
                confirmedNanos,
                lock,
                lock.newCondition());
    }
}
