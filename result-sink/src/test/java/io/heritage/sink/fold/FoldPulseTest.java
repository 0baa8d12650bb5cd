package io.heritage.sink.fold;

import static io.heritage.sink.Samples.ENDPOINT;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.sink.Samples;
import io.heritage.transport.queue.QueueWindows;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

/** What health follows: a sink whose fold stands still must not say that all is well. */
class FoldPulseTest extends TopologyFixture {
    private static final Duration AT_MOST = Duration.ofSeconds(5);
    private static final Duration TOO_LONG = AT_MOST.plusMillis(1);

    @Test
    void aPartitionMayBeSilentForFiveSecondsAndNoLonger() {
        clock.move(AT_MOST);
        assertThat(pulse.isBeating()).isTrue();
        clock.move(TOO_LONG.minus(AT_MOST));
        assertThat(pulse.isBeating()).isFalse();
    }

    @Test
    void aPartitionBeatsWithEachRecordAndWhileThereIsNone() {
        clock.move(TOO_LONG);
        submit(samples.job());
        assertThat(pulse.isBeating()).as("after a record").isTrue();
        clock.move(TOO_LONG);
        assertThat(pulse.isBeating()).isFalse();
        lookAround();
        assertThat(pulse.isBeating()).as("without one").isTrue();
    }

    @Test
    void onePartitionDoesNotBeatForAnother() {
        var other = new Object();
        pulse.beat(other);
        clock.move(TOO_LONG);
        pulse.beat(other);
        assertThat(pulse.isBeating()).isFalse();
    }

    @Test
    void aPartitionThatHasGoneIsNotMissed() {
        clock.move(TOO_LONG);
        close();
        open();
        assertThat(pulse.isBeating()).isTrue();
    }

    @Test
    void aSinkServesAsLongAsItsFoldMakesProgress() {
        var progress = new FoldProgress();
        var directory =
                new JobDirectory(
                        new Waiters(),
                        new JobRules(
                                Samples.config(stateDir, false),
                                Map.of(ENDPOINT, Samples.endpoint()),
                                workers,
                                queues,
                                clock),
                        pulse,
                        new FoldReach(
                                unasked(QueueWindows.class),
                                List.of(ENDPOINT),
                                new EventOffsets(unasked(Admin.class), 1),
                                queues,
                                progress),
                        progress,
                        Duration.ZERO);
        try (var streams = new RunningStreams(stateDir.resolve("streams"))) {
            directory.serve(streams, new HostInfo("127.0.0.1", 1));
            assertThat(directory.isServing()).isTrue();
            clock.move(TOO_LONG);
            assertThat(directory.isServing()).isFalse();
            lookAround();
            assertThat(directory.isServing()).isTrue();
        }
    }

    /** The stream thread gets round to it. */
    private void lookAround() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
    }

    private static <T> T unasked(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, _) -> {
                            throw new AssertionError(method.toString());
                        }));
    }

    /** Kafka Streams says that all is well, whatever its threads do. */
    private static final class RunningStreams extends KafkaStreams {
        RunningStreams(Path stateDir) {
            super(topology(), settings(stateDir));
        }

        private static Topology topology() {
            var topology = new StreamsBuilder();
            topology.stream("topic").foreach((_, _) -> {});
            return topology.build();
        }

        private static Properties settings(Path stateDir) {
            var settings = new Properties();
            settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "running");
            settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
            settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
            return settings;
        }

        @Override
        public State state() {
            return State.RUNNING;
        }

        @Override
        public Collection<StreamsMetadata> metadataForAllStreamsClients() {
            return List.of();
        }

        @Override
        public Set<ThreadMetadata> metadataForLocalThreads() {
            return Set.of();
        }
    }
}
