package io.heritage.transport.queue;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's member of its share group, on a thread of its own. What it may do is decided by {@link
 * LaneSchedule}; how is decided by Kafka's behaviour as measured:
 *
 * <ul>
 *   <li>after an empty poll the consumer acquires the next job on its own, polled or not, so it is
 *       polled until it has one. After a poll that gave a record it does not until the next: it may
 *       rest for any time, a member that holds nothing and answers at once when polled;
 *   <li>a claim is renewed by RENEW and commitSync; the next poll then hands out the same record.
 *       RENEW through poll would fetch further jobs;
 *   <li>where one poll ends and the next begins, a record that just arrives may be followed by
 *       another one, so polls are long.
 * </ul>
 */
final class LaneConsumer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneConsumer.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(5);

    /** A refusal comes with the first heartbeat, which is sent at once. */
    private static final Duration JOINED_AFTER = Duration.ofSeconds(3);

    private static final Duration HAND_BACK = Duration.ofMillis(500);

    private final LaneState lane;
    private final LaneSchedule schedule;
    private final QueueSettings settings;
    private final Function<String, ShareConsumer<byte[], byte[]>> consumers;
    private final ShardWatch shards;
    private volatile @Nullable ShareConsumer<byte[], byte[]> polled;
    private long rejected;
    private boolean refusedBefore;

    LaneConsumer(
            LaneState lane,
            LaneSchedule schedule,
            QueueSettings settings,
            ShardWatch shards,
            Function<String, ShareConsumer<byte[], byte[]>> consumers) {
        this.lane = lane;
        this.schedule = schedule;
        this.settings = settings;
        this.shards = shards;
        this.consumers = consumers;
    }

    @Override
    public void run() {
        while (!schedule.isClosed()) {
            lane.topic = shards.topic();
            try (var member = new Member(consumers.apply(lane.topic))) {
                member.serve();
            } catch (Wire.LaterVersion e) {
                // Not acknowledged: it goes back when the consumer is closed.
                schedule.fail(e);
                return;
            } catch (WakeupException e) {
                LOG.atDebug().addKeyValue("topic", lane.topic).log("woken to be closed");
            } catch (KafkaException | IllegalStateException e) {
                if (!(e instanceof GroupMaxSizeReachedException) || !shards.leaveFull()) {
                    schedule.setJoined(lane, false);
                    logFailure(e);
                    schedule.pause(pauseAfterFailure(e));
                }
            } catch (RuntimeException | Error e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("topic", lane.topic)
                        .log("the thread of a lane ends");
                schedule.fail(
                        new TransportUnavailable(
                                "the thread of lane %s ended".formatted(lane.topic), e));
                return;
            } finally {
                schedule.rest(lane);
            }
        }
    }

    private void logFailure(RuntimeException e) {
        if (!(e instanceof GroupMaxSizeReachedException)) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("topic", lane.topic)
                    .log("the queue's consumer failed, joining again");
        } else if (!refusedBefore) {
            refusedBefore = true;
            LOG.atError()
                    .addKeyValue("topic", lane.topic)
                    .log(
                            "the queue has as many workers as the brokers admit: this worker gets"
                                    + " none of its jobs; raise group.share.max.size on the brokers, or"
                                    + " start fewer workers");
        }
    }

    /** Refused workers ask again, but do not keep the group's coordinator busy. */
    private static Duration pauseAfterFailure(RuntimeException e) {
        return e instanceof GroupMaxSizeReachedException ? PAUSE_AFTER_REFUSAL : PAUSE_AFTER_ERROR;
    }

    /** Ends a poll, after the schedule was closed. */
    void wakeUp() {
        ShareConsumer<byte[], byte[]> consumer = polled;
        if (consumer != null) {
            consumer.wakeup();
        }
    }

    /** The lane's consumer between joining and leaving the group. */
    private final class Member implements AutoCloseable {
        private final ShareConsumer<byte[], byte[]> consumer;

        /** When it last held nothing; what it holds now was acquired later. */
        private long emptyAt = System.nanoTime();

        private final long openedAt = System.nanoTime();

        Member(ShareConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            consumer.subscribe(List.of(lane.topic));
        }

        void serve() {
            boolean fetchOpen = false;
            boolean empty = true;
            while (schedule.awaitAsked(lane)) {
                if (shards.leave()) {
                    return;
                }
                if (empty) {
                    emptyAt = System.nanoTime();
                }
                ConsumerRecord<byte[], byte[]> record = poll(renewEvery().dividedBy(2));
                noteJoined(record);
                if (record == null) {
                    emptyAt = System.nanoTime();
                } else if (handle(record)) {
                    schedule.rest(lane);
                } else {
                    return;
                }
                empty = record != null && !fetchOpen;
                fetchOpen = record == null;
            }
        }

        /** A member that was refused hears of it by an exception of a poll. */
        private void noteJoined(@Nullable ConsumerRecord<byte[], byte[]> record) {
            if (record != null || System.nanoTime() - openedAt > JOINED_AFTER.toNanos()) {
                schedule.setJoined(lane, true);
                shards.joined();
                refusedBefore = false;
            }
        }

        /** What it holds goes back at once. */
        @Override
        public void close() {
            consumer.close(CLOSE_WITHIN);
        }

        private @Nullable ConsumerRecord<byte[], byte[]> poll(Duration time) {
            polled = consumer;
            try {
                var records = consumer.poll(time).iterator();
                return records.hasNext() ? records.next() : null;
            } finally {
                polled = null;
            }
        }

        /** Whether the consumer may go on. */
        private boolean handle(ConsumerRecord<byte[], byte[]> record) {
            Job job;
            try {
                job = Wire.decode(record.value(), Job.class);
            } catch (Wire.LaterVersion e) {
                throw e;
            } catch (UncheckedIOException | IllegalArgumentException e) {
                return reject(record, e);
            }
            int deliveries = record.deliveryCount().orElse((short) 1);
            HeldJob held =
                    schedule.offer(
                            lane,
                            job,
                            record.topic(),
                            record.offset(),
                            deliveries,
                            lockTime(),
                            emptyAt);
            return (held.confirmedWithin(renewEvery()) || renew(record, held))
                    && untilItsEnd(record, held);
        }

        private boolean untilItsEnd(ConsumerRecord<byte[], byte[]> record, HeldJob held) {
            while (true) {
                switch (schedule.awaitEnd(held, renewEvery())) {
                    case FINISHING -> {
                        return end(record, AcknowledgeType.ACCEPT, held);
                    }
                    case RETURNING -> {
                        return end(record, AcknowledgeType.RELEASE, held);
                    }
                    case OFFERED, CLAIMED -> {
                        if (schedule.isClosed() || !renew(record, held)) {
                            return false;
                        }
                    }
                    case LOST, ENDED -> {
                        return false;
                    }
                }
            }
        }

        private boolean end(
                ConsumerRecord<byte[], byte[]> record, AcknowledgeType type, HeldJob held) {
            boolean done = acknowledge(record, type);
            held.moveTo(done ? HeldJob.Phase.ENDED : HeldJob.Phase.LOST);
            return done;
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

        /** If false, the worker learns it from {@link ClaimedJob#held}. */
        private boolean renew(ConsumerRecord<byte[], byte[]> record, HeldJob held) {
            long before = System.nanoTime();
            if (acknowledge(record, AcknowledgeType.RENEW) && isHandedBack(record)) {
                held.confirm(before);
                return true;
            }
            if (!schedule.isClosed()) {
                LOG.atWarn()
                        .addKeyValue("jobId", held.job().id())
                        .log("the claim of a job could not be renewed");
            }
            return false;
        }

        private boolean isHandedBack(ConsumerRecord<byte[], byte[]> record) {
            ConsumerRecord<byte[], byte[]> found = poll(HAND_BACK);
            return found != null && found.offset() == record.offset();
        }

        private boolean acknowledge(ConsumerRecord<byte[], byte[]> record, AcknowledgeType type) {
            try {
                long before = System.nanoTime();
                consumer.acknowledge(record, type);
                var results = consumer.commitSync(renewEvery());
                schedule.tookRoundTrip(System.nanoTime() - before);
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

        private Duration renewEvery() {
            return lockTime().dividedBy(3);
        }

        private Duration lockTime() {
            return consumer.acquisitionLockTimeoutMs()
                    .map(Duration::ofMillis)
                    .orElse(settings.lock());
        }
    }
}
