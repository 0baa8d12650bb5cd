package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.observe.MetricsPage;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.schemas.Wire;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.TransportUnavailable;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneFailureTest {
    private final LaneState lane = new LaneState(new EndpointId("e"), "lane", 0);
    private final LaneSchedule schedule = new LaneSchedule(List.of(lane), QueueSettings.defaults());
    private final MetricsPage page = new MetricsPage();
    private final ClaimMeters meters = new ClaimMeters(page.meters());

    @AfterEach
    void close() {
        page.close();
    }

    @Test
    void aLaneWhoseThreadEndsIsToldToTheWorker() {
        var consumer =
                new LaneConsumer(
                        lane,
                        schedule,
                        QueueSettings.defaults(),
                        new ShardWatch(
                                new EndpointId("e"),
                                Lane.HIGH,
                                (_, _) -> List.of(),
                                1,
                                Duration.ofMinutes(1),
                                new Random()),
                        meters,
                        (_, _) -> {
                            throw new NoClassDefFoundError("org/example/Missing");
                        });
        consumer.run();

        assertThatThrownBy(() -> schedule.take(System.nanoTime() + Duration.ofHours(1).toNanos()))
                .isInstanceOf(TransportUnavailable.class)
                .hasMessageContaining("the thread of lane heritage.jobs.e.high ended")
                .hasRootCauseMessage("org/example/Missing");
    }

    /** The third delivery of a job, whose lock is over as soon as it is there. */
    @ParameterizedTest
    @CsvSource({"true, renewed", "false, failed"})
    void aClaimThatIsRenewedOrNotIsCounted(boolean renews, String outcome) {
        var member =
                new LaneMember(share(renews), lane, schedule, QueueSettings.defaults(), meters);
        List<HeldJob> held = member.offer(member.fetch(Duration.ZERO));
        assertThat(held).hasSize(1);
        held.getFirst().moveTo(HeldJob.Phase.RETURNING);

        assertThat(member.keepUntilTheirEnds(held, () -> {})).isEqualTo(renews);
        assertThat(page.text())
                .contains(
                        "heritage_deliveries_total{n=\"3\"} 1.0",
                        "heritage_lock_renewals_total{outcome=\"" + outcome + "\"} 1.0");
        assertThat(page.text().lines().filter(line -> line.startsWith("heritage_lock"))).hasSize(1);
    }

    /** Has one record, and no time to keep it. */
    @SuppressWarnings("unchecked")
    private static ShareConsumer<byte[], byte[]> share(boolean renews) {
        var where = new TopicIdPartition(Uuid.randomUuid(), 0, "lane");
        var record =
                new ConsumerRecord<>(
                        "lane",
                        0,
                        7,
                        0,
                        TimestampType.CREATE_TIME,
                        0,
                        0,
                        new byte[0],
                        Wire.encode(TestJobs.job(new EndpointId("e"))),
                        new RecordHeaders(),
                        Optional.empty(),
                        Optional.of((short) 3));
        var records =
                new ConsumerRecords<>(Map.of(where.topicPartition(), List.of(record)), Map.of());
        Optional<KafkaException> problem =
                renews ? Optional.empty() : Optional.of(new KafkaException("lost"));
        return (ShareConsumer<byte[], byte[]>)
                Proxy.newProxyInstance(
                        LaneFailureTest.class.getClassLoader(),
                        new Class<?>[] {ShareConsumer.class},
                        (_, called, _) ->
                                switch (called.getName()) {
                                    case "poll" -> records;
                                    case "commitSync" -> Map.of(where, problem);
                                    case "acquisitionLockTimeoutMs" -> Optional.of(0);
                                    default -> null;
                                });
    }
}
