package io.heritage.chaos;

import static io.heritage.chaos.ObservedRun.answered;
import static io.heritage.chaos.ObservedRun.streamed;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.Unknown;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationLogTest {
    private final ObservedRun run = new ObservedRun();

    @Test
    void observationsAreTheSameAfterAFile(@TempDir Path folder) throws Exception {
        run.endA();
        run.add(streamed(50, "IN_PROGRESS", 0, 0, 2));
        run.add(answered(0, 15_600, Asked.STATUS_SYNC, 5_000));
        run.add(new Unknown(200, 210, "B", Asked.STATUS));
        run.add(new Purged(30, 40, Cluster.PURGED, 0));
        run.add(new Retried(60, 70, "A", 200));
        Path file = folder.resolve("observations.jsonl");
        try (var log = ObservationLog.to(file)) {
            run.seen().forEach(log::add);
        }
        assertThat(ObservationLog.read(file)).isEqualTo(run.seen());
    }
}
