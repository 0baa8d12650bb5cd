package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class LogDirsTest {
    private static final TopicPartition RESULTS = new TopicPartition(Topics.RESULTS, 0);
    private static final long GIB = 1L << 30;
    private static final Duration SOON = Duration.ofMillis(50);

    @Test
    void brokersThatAreAwayLeaveTheAnswersOfTheOthers() throws Exception {
        LogDirs found =
                LogDirs.of(
                        Map.of(
                                1, told("/one", 9, 5 * GIB),
                                2, new KafkaFutureImpl<>(),
                                3, told("/three", 7, 3 * GIB),
                                4, failed(new DisconnectException("killed"))),
                        SOON);

        assertThat(found.brokers()).containsExactlyInAnyOrder(1, 3);
        assertThat(found.bytesOf(Topics.RESULTS)).isEqualTo(9);
        assertThat(found.fullest()).contains(new LogDirs.Disk("/three", 3 * GIB));
    }

    @Test
    void whereNoBrokerAnswersNothingIsKnown() {
        assertThatThrownBy(() ->
                        LogDirs.of(
                                Map.of(
                                        1,
                                        new KafkaFutureImpl<>(),
                                        2,
                                        failed(new DisconnectException("killed"))),
                                SOON))
                .isInstanceOf(TransportUnavailable.class);
    }

    @Test
    void brokersThatMayNotTellAreNotAway() throws Exception {
        assertThat(LogDirs.of(Map.of(1, failed(new ClusterAuthorizationException("no"))), SOON))
                .isEqualTo(LogDirs.UNKNOWN);
    }

    private static KafkaFuture<Map<String, LogDirDescription>> told(
            String folder, long bytes, long free) {
        return KafkaFuture.completedFuture(
                Map.of(
                        folder,
                        new LogDirDescription(
                                null,
                                Map.of(RESULTS, new ReplicaInfo(bytes, 0, false)),
                                100 * GIB,
                                free)));
    }

    private static KafkaFuture<Map<String, LogDirDescription>> failed(RuntimeException failure) {
        var future = new KafkaFutureImpl<Map<String, LogDirDescription>>();
        future.completeExceptionally(failure);
        return future;
    }
}
