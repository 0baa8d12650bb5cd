package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.FaultPlan.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A minute of the smallest installation; the long runs are for {@code chaos/run}. A job of a
 * processor that is killed waits half a minute for its lock, so none is killed in the last seconds.
 */
class ChaosRunTest {
    private static final Duration LENGTH = Duration.ofSeconds(60);

    /** How soon answers come and processes stop is for the long runs, alone on the machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void promisesAreKeptWhileProcessesAreKilled(@TempDir Path folder) throws Exception {
        var options =
                new ChaosOptions(
                        LENGTH,
                        1,
                        Optional.empty(),
                        Cluster.ProcessCounts.SMALL,
                        1.5,
                        Duration.ofSeconds(4),
                        ChaosOptions.Lanes.SIMPLE,
                        false,
                        true);
        List<Fault> faults =
                List.of(
                        kill(4_000, Part.Kind.PROCESSOR, 0),
                        kill(9_000, Part.Kind.GATEWAY, 0),
                        kill(15_000, Part.Kind.SINK, 0),
                        wrongClock(19_000, Part.Kind.GATEWAY, 0, 16_000),
                        fault(22_000, Disturbance.Kind.STOP, Part.Kind.PROCESSOR, 1, 8_000),
                        fault(28_000, Disturbance.Kind.SLOW_NETWORK, Part.Kind.SINK, 0, 6_000),
                        kill(38_000, Part.Kind.BROKER, 0),
                        kill(44_000, Part.Kind.PROCESSOR, 1));
        Report report = new ChaosRun(options, faults, PATIENCE, PATIENCE, folder).run();
        assertThat(report.violations()).as(report.text()).isEmpty();
        assertThat(report.left()).as(report.text()).isEmpty();
        assertThat(report.ends()).as(report.text()).isEmpty();
        assertThat(report.gaveUp()).as(report.text()).isZero();
        assertThat(report.disturbances())
                .extracting(Disturbance::kind)
                .containsAll(faults.stream().map(Fault::kind).toList());
        assertThat(report.disturbances()).hasSizeGreaterThanOrEqualTo(faults.size());
    }

    private static Fault kill(long at, Part.Kind part, int number) {
        return fault(at, Disturbance.Kind.KILL, part, number, 500);
    }

    private static Fault wrongClock(long at, Part.Kind part, int number, long lasts) {
        return new Fault(at, Disturbance.Kind.CLOCK, part, number, lasts, 60_000);
    }

    private static Fault fault(
            long at, Disturbance.Kind kind, Part.Kind part, int number, long lasts) {
        return new Fault(at, kind, part, number, lasts, 0);
    }
}
