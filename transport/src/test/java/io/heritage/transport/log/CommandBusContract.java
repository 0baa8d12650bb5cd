package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.JobId;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a processor may expect of the commands to all processors. */
public abstract class CommandBusContract {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final int PATIENCE_SECONDS = 60;

    private final BlockingQueue<Command> heard = new LinkedBlockingQueue<>();

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(), SharedBroker.SHORT_LOCK);
    }

    @Test
    void aSubscriberHearsPastCommandsThenNewOnes() throws InterruptedException {
        Command before = cancel();
        Command after = cancel();
        ports().commands().broadcast(before);

        try (Subscription subscription = ports().commands().subscribe(HOUR, heard::add)) {
            assertThat(subscription).isNotNull();
            assertThat(heard).contains(before);
            heard.clear();
            ports().commands().broadcast(after);

            assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(after);
        }
    }

    @Test
    void aClosedSubscriptionHearsNothingMore() {
        ports().commands().subscribe(Duration.ZERO, heard::add).close();

        ports().commands().broadcast(cancel());

        assertThat(heard).isEmpty();
    }

    @Test
    void aListenerThatFailsHearsTheNextCommand() throws InterruptedException {
        Command bad = cancel();
        Command good = cancel();
        try (Subscription subscription =
                ports().commands()
                        .subscribe(
                                Duration.ZERO,
                                command -> {
                                    if (command.equals(bad)) {
                                        throw new IllegalStateException("not this one");
                                    }
                                    heard.add(command);
                                })) {
            assertThat(subscription).isNotNull();
            ports().commands().broadcast(bad);
            ports().commands().broadcast(good);

            assertThat(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(good);
        }
    }

    private static Command cancel() {
        return new Command.Cancel(
                JobId.forRun(Clock.systemUTC()), Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }
}
