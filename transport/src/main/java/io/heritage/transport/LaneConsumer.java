package io.heritage.transport;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's member of its share group, on a thread of its own. What it may do is decided by {@link
 * LaneSchedule}; how is decided by Kafka's behaviour as measured:
 *
 * <ul>
 *   <li>a job is claimed and its claim renewed by RENEW and commitSync; the next poll then hands
 *       out the same record. RENEW through poll would fetch further jobs;
 *   <li>after an empty poll the consumer acquires the next job on its own, polled or not; only
 *       closing it prevents that. After a poll that gave a record it does not.
 * </ul>
 */
final class LaneConsumer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneConsumer.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration HAND_BACK = Duration.ofMillis(50);
    private static final int HAND_BACK_POLLS = 10;
    private static final String FETCHES = "fetch-total";

    private final LaneSchedule.Lane lane;
    private final LaneSchedule schedule;
    private final QueueSettings settings;
    private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
    private long rejected;

    LaneConsumer(
            LaneSchedule.Lane lane,
            LaneSchedule schedule,
            QueueSettings settings,
            Supplier<ShareConsumer<byte[], byte[]>> consumers) {
        this.lane = lane;
        this.schedule = schedule;
        this.settings = settings;
        this.consumers = consumers;
    }

    @Override
    public void run() {
        while (schedule.awaitWanted(lane)) {
            try (var member = new Member(consumers.get())) {
                member.serve();
            } catch (KafkaException | IllegalStateException e) {
                LOG.atWarn()
                        .setCause(e)
                        .addKeyValue("topic", lane.topic())
                        .log("the queue's consumer failed, joining again");
                schedule.pause(PAUSE_AFTER_ERROR);
            } finally {
                schedule.left(lane);
            }
        }
    }

    /** The lane's consumer between joining and leaving the group. */
    private final class Member implements AutoCloseable {
        private final ShareConsumer<byte[], byte[]> consumer;
        private boolean joined;

        Member(ShareConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            consumer.subscribe(List.of(lane.topic()));
        }

        void serve() {
            while (schedule.awaitTurnToPoll(lane)) {
                var records = consumer.poll(schedule.pollTime(lane));
                joined = joined || hasFetched();
                if (records.isEmpty()) {
                    schedule.cameUpEmpty(lane, joined);
                } else if (!handle(records.iterator().next())) {
                    return;
                }
            }
        }

        /** What it holds goes back at once. */
        @Override
        public void close() {
            consumer.close(CLOSE_WITHIN);
        }

        /** Whether the consumer may go on. */
        private boolean handle(ConsumerRecord<byte[], byte[]> record) {
            Job job;
            try {
                job = Wire.decode(record.value(), Job.class);
            } catch (UncheckedIOException | IllegalArgumentException e) {
                return reject(record, e);
            }
            HeldJob held = schedule.offer(lane, job, deliveriesOf(record));
            try {
                return offered(record, held) && new Claim(record, held).untilItsEnd();
            } finally {
                schedule.release(lane, held);
            }
        }

        /** False if the record is to go back. */
        private boolean offered(ConsumerRecord<byte[], byte[]> record, HeldJob held) {
            while (schedule.awaitTaker(lane, held, renewEvery())) {
                if (held.phase() == HeldJob.Phase.WANTED) {
                    return true;
                }
                if (!renew(record)) {
                    return false;
                }
            }
            return false;
        }

        private boolean reject(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
            rejected++;
            LOG.atError()
                    .addKeyValue("topic", record.topic())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("rejectedSoFar", rejected)
                    .addKeyValue("error", why.toString())
                    .log("unreadable job taken out of the queue");
            return acknowledge(record, AcknowledgeType.REJECT);
        }

        private boolean renew(ConsumerRecord<byte[], byte[]> record) {
            return acknowledge(record, AcknowledgeType.RENEW) && isHandedBack(record);
        }

        private boolean acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
            try {
                consumer.acknowledge(record, type);
                var results = consumer.commitSync(renewEvery());
                return !results.isEmpty()
                        && results.values().stream().allMatch(problem -> problem.isEmpty());
            } catch (KafkaException | IllegalStateException e) {
                LOG.atWarn()
                        .addKeyValue("topic", record.topic())
                        .addKeyValue("offset", record.offset())
                        .addKeyValue("acknowledgement", type)
                        .addKeyValue("error", e.toString())
                        .log("an acknowledgement failed");
                return false;
            }
        }

        /** A renewed record comes again with the next poll. */
        private boolean isHandedBack(ConsumerRecord<byte[], byte[]> record) {
            for (int i = 0; i < HAND_BACK_POLLS; i++) {
                for (ConsumerRecord<byte[], byte[]> found : consumer.poll(HAND_BACK)) {
                    return found.offset() == record.offset();
                }
            }
            return false;
        }

        private Duration renewEvery() {
            return consumer.acquisitionLockTimeoutMs()
                    .map(Duration::ofMillis)
                    .orElse(settings.lock())
                    .dividedBy(3);
        }

        /** The first answered fetch tells that the group's coordinator gave us the partition. */
        private boolean hasFetched() {
            return consumer.metrics().values().stream()
                    .filter(metric -> metric.metricName().name().equals(FETCHES))
                    .anyMatch(metric -> metric.metricValue() instanceof Double n && n > 0);
        }

        private static int deliveriesOf(ConsumerRecord<byte[], byte[]> record) {
            return record.deliveryCount().orElse((short) 1);
        }

        /** A job from the claim to its end. */
        private final class Claim {
            private final ConsumerRecord<byte[], byte[]> record;
            private final HeldJob held;

            Claim(ConsumerRecord<byte[], byte[]> record, HeldJob held) {
                this.record = record;
                this.held = held;
            }

            /** Whether the consumer may go on. */
            boolean untilItsEnd() {
                if (!acknowledge(record, AcknowledgeType.RENEW)) {
                    held.moveTo(HeldJob.Phase.LOST);
                    return false;
                }
                held.moveTo(HeldJob.Phase.CLAIMED);
                if (!isHandedBack(record)) {
                    return loseIt();
                }
                while (true) {
                    switch (schedule.awaitEnd(held, renewEvery())) {
                        case FINISHING -> {
                            return end(AcknowledgeType.ACCEPT);
                        }
                        case RETURNING -> {
                            return end(AcknowledgeType.RELEASE);
                        }
                        case CLAIMED -> {
                            if (schedule.isClosed() || !renew(record)) {
                                return loseIt();
                            }
                        }
                        case OFFERED, WANTED, LOST, ENDED -> {
                            return false;
                        }
                    }
                }
            }

            private boolean end(AcknowledgeType type) {
                boolean done = acknowledge(record, type);
                held.moveTo(done ? HeldJob.Phase.ENDED : HeldJob.Phase.LOST);
                return done;
            }

            /** The worker learns it from {@link ClaimedJob#held}; the lane waits for it to end. */
            private boolean loseIt() {
                if (!schedule.isClosed()) {
                    LOG.atWarn()
                            .addKeyValue("jobId", held.job().id())
                            .log("the claim of a job could not be renewed");
                }
                held.moveTo(HeldJob.Phase.LOST);
                return false;
            }
        }
    }
}
