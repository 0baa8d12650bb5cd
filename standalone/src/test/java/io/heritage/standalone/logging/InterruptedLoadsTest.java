package io.heritage.standalone.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.apache.kafka.common.errors.CoordinatorLoadInProgressException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRuntime;
import org.junit.jupiter.api.Test;

class InterruptedLoadsTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    InterruptedLoadsTest() {
        LogLevels.quietLibraries(context);
        lines.start();
        context.getLogger("ROOT").addAppender(lines);
    }

    @Test
    void aLoadThatASecondElectionInterruptsIsNoError() {
        var interrupted = new NotLeaderOrFollowerException("no longer the leader");
        var log = context.getLogger(InterruptedLoads.LOGGER);
        log.error(
                "Failed to load metadata from {} with epoch {} due to {}.",
                "p-0",
                2,
                "m",
                interrupted);
        log.error("Failed to load metadata", interrupted);
        assertThat(lines.list).isEmpty();
    }

    @Test
    void allElseIsLogged() {
        var log = context.getLogger(InterruptedLoads.LOGGER);
        log.error("Failed to load {}", "p-0", new CoordinatorLoadInProgressException("late"));
        log.error("Failed");
        context.getLogger("kafka.another").error("lost", new NotLeaderOrFollowerException("lost"));
        assertThat(lines.list).hasSize(3);
    }

    @Test
    void theLoggerIsKafkas() {
        assertThat(InterruptedLoads.LOGGER).isEqualTo(CoordinatorRuntime.class.getName());
    }
}
