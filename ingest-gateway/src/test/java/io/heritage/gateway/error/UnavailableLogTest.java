package io.heritage.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class UnavailableLogTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(UnavailableLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final UnavailableLog log = new UnavailableLog(nanos::get);

    @BeforeEach
    void attach() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void detach() {
        logger.detachAppender(lines);
    }

    @Test
    void whileKafkaIsAwayThereIsALineEvery10SecondsWithoutATrace() {
        var away = new TransportUnavailable("no room told", new TimeoutException("10 s"));
        for (int i = 0; i < 100; i++) {
            log.refused(away);
        }
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        log.refused(away);

        assertThat(lines.list)
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());
        assertThat(pairs(0)).contains("requests=\"1\"", "no room told", "10 s");
        assertThat(pairs(1)).contains("requests=\"100\"");
    }

    private String pairs(int line) {
        return List.copyOf(lines.list).get(line).getKeyValuePairs().toString();
    }
}
