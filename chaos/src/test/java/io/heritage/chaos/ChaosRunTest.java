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

/** A short run of the smallest installation; the long ones are for {@code chaos/run}. */
class ChaosRunTest {
    private static final Duration LENGTH = Duration.ofSeconds(15);

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void promisesAreKeptWhileProcessesAreKilled(@TempDir Path folder) throws Exception {
        var options =
                new ChaosOptions(
                        LENGTH,
                        1,
                        Optional.empty(),
                        Cluster.ProcessCounts.SMALL,
                        1.5,
                        Duration.ofSeconds(4),
                        false,
                        true);
        List<Fault> faults =
                List.of(
                        kill(3_000, Part.Kind.PROCESSOR, 0),
                        kill(6_000, Part.Kind.GATEWAY, 0),
                        kill(9_000, Part.Kind.SINK, 0),
                        kill(12_000, Part.Kind.PROCESSOR, 1));
        Report report = new ChaosRun(options, faults, folder).run();
        assertThat(report.violations()).as(report.text()).isEmpty();
        assertThat(report.left()).as(report.text()).isEmpty();
        assertThat(report.ends()).as(report.text()).isEmpty();
        assertThat(report.gaveUp()).as(report.text()).isZero();
        assertThat(report.disturbances()).hasSizeGreaterThanOrEqualTo(faults.size());
    }

    private static Fault kill(long at, Part.Kind part, int number) {
        return new Fault(at, Disturbance.Kind.KILL, part, number, 500, 0);
    }
}
