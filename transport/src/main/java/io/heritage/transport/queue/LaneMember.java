package io.heritage.transport.queue;

import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane's consumer between joining and leaving the group; its lane's thread only, but for {@link
 * #wakeUp}. How it is used is decided by Kafka's behaviour as measured:
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
final class LaneMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneMember.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    /** Renewed jobs are awaited for the lock time divided by this. */
    private static final int HAND_BACK_PART = 6;

    private final ShareConsumer<byte[], byte[]> consumer;
    private final LaneState lane;
    private final LaneSchedule schedule;
    private final QueueSettings settings;
    private final ClaimMeters meters;

    /** Jobs that the worker or the lane has not finished with. */
    private final Map<HeldJob, ConsumerRecord<byte[], byte[]>> kept = new LinkedHashMap<>();

    /** When it last held nothing; all jobs that it holds were acquired later. */
    private long emptyAt = System.nanoTime();

    private boolean empty = true;
    private boolean fetching;
    private long rejected;

    LaneMember(
            ShareConsumer<byte[], byte[]> consumer,
            LaneState lane,
            LaneSchedule schedule,
            QueueSettings settings,
            ClaimMeters meters) {
        this.consumer = consumer;
        this.lane = lane;
        this.schedule = schedule;
        this.settings = settings;
        this.meters = meters;
        consumer.subscribe(List.of(lane.topic));
    }

    Duration longestPoll() {
        return renewEvery().dividedBy(2);
    }

    /** Empty if none came in time; the fetch then continues. */
    List<ConsumerRecord<byte[], byte[]>> fetch(Duration time) {
        if (empty) {
            emptyAt = System.nanoTime();
        }
        List<ConsumerRecord<byte[], byte[]>> records = poll(time);
        if (records.isEmpty()) {
            emptyAt = System.nanoTime();
        }
        empty = !records.isEmpty() && !fetching;
        fetching = records.isEmpty();
        return records;
    }

    /**
     * Offers the jobs to the worker; removes unreadable ones from the queue.
     *
     * @throws Wire.LaterVersion if one is of a later version; then none is offered
     */
    List<HeldJob> offer(List<ConsumerRecord<byte[], byte[]>> records) {
        var jobs = new LinkedHashMap<ConsumerRecord<byte[], byte[]>, Job>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                jobs.put(record, Wire.decode(record.value(), Job.class));
            } catch (Wire.LaterVersion e) {
                throw e;
            } catch (UncheckedIOException | IllegalArgumentException e) {
                reject(record, e);
            }
        }
        var offered = new ArrayList<HeldJob>();
        jobs.forEach((record, job) -> {
            HeldJob held = offer(record, job);
            kept.put(held, record);
            offered.add(held);
        });
        return offered;
    }

    private HeldJob offer(ConsumerRecord<byte[], byte[]> record, Job job) {
        int deliveries = record.deliveryCount().orElse((short) 1);
        meters.delivered(deliveries);
        return schedule.offer(
                lane, job, record.topic(), record.offset(), deliveries, lockTime(), emptyAt);
    }

    private void reject(ConsumerRecord<byte[], byte[]> record, RuntimeException why) {
        rejected++;
        LOG.atError()
                .addKeyValue("topic", record.topic())
                .addKeyValue("offset", record.offset())
                .addKeyValue("rejectedSoFar", rejected)
                .addKeyValue("error", why.toString())
                .log("unreadable job removed from the queue");
        consumer.acknowledge(record, AcknowledgeType.REJECT);
    }

    /**
     * Renews the claims, and acknowledges finished jobs.
     *
     * @param ifLong called once if the worker has had one of the jobs for longer than {@link
     *     LanePace#NOT_SHORT}
     * @return whether the consumer may continue
     */
    boolean keepUntilTheirEnds(List<HeldJob> held, Runnable ifLong) {
        boolean fresh = held.stream().allMatch(job -> job.confirmedWithin(renewEvery()));
        if (held.isEmpty() ? !commit(List.of(lane.topic)) : !fresh && !renew()) {
            return false;
        }
        long renewAt = System.nanoTime() + renewEvery().toNanos();
        long longAt = System.nanoTime() + LanePace.NOT_SHORT.toNanos();
        boolean isLong = false;
        while (!kept.isEmpty()) {
            long until = isLong ? renewAt : Math.min(renewAt, longAt);
            schedule.awaitWork(kept.keySet(), Duration.ofNanos(until - System.nanoTime()));
            if (!settle() || (schedule.isClosed() && !kept.isEmpty())) {
                return false;
            }
            if (!isLong && !kept.isEmpty() && System.nanoTime() - longAt >= 0) {
                isLong = true;
                ifLong.run();
            }
            if (!kept.isEmpty() && System.nanoTime() - renewAt >= 0) {
                if (!renew()) {
                    return false;
                }
                renewAt = System.nanoTime() + renewEvery().toNanos();
            }
        }
        return true;
    }

    /** Acknowledges or releases the jobs that the worker has finished with. */
    private boolean settle() {
        var ended = new HashMap<HeldJob, AcknowledgeType>();
        for (HeldJob held : kept.keySet()) {
            switch (held.phase()) {
                case FINISHING -> ended.put(held, AcknowledgeType.ACCEPT);
                case RETURNING -> ended.put(held, AcknowledgeType.RELEASE);
                case OFFERED, CLAIMED, ENDING -> {}
                case LOST, ENDED -> {
                    return false;
                }
            }
        }
        if (ended.isEmpty()) {
            return true;
        }
        boolean done = acknowledge(ended);
        ended.keySet()
                .forEach(held -> {
                    held.moveTo(done ? HeldJob.Phase.ENDED : HeldJob.Phase.LOST);
                    kept.remove(held);
                });
        return done;
    }

    /** Whether it was renewed; if not, the worker learns it from {@link ClaimedJob#held}. */
    private boolean renew() {
        long before = System.nanoTime();
        var all = new HashMap<HeldJob, AcknowledgeType>();
        kept.keySet().forEach(held -> all.put(held, AcknowledgeType.RENEW));
        boolean done = acknowledge(all) && areHandedBack();
        if (done || !schedule.isClosed()) {
            meters.renewed(all.size(), done);
        }
        if (done) {
            kept.keySet().forEach(held -> held.confirm(before));
            return true;
        }
        if (!schedule.isClosed()) {
            LOG.atWarn()
                    .addKeyValue("jobId", kept.keySet().iterator().next().job().id())
                    .addKeyValue("jobs", kept.size())
                    .log("claim of a job not renewed");
        }
        return false;
    }

    /** Needs one poll, and returns at once unless the machine hangs. */
    private boolean areHandedBack() {
        Set<Long> missing =
                kept.values().stream().map(ConsumerRecord::offset).collect(Collectors.toSet());
        poll(lockTime().dividedBy(HAND_BACK_PART))
                .forEach(record -> missing.remove(record.offset()));
        return missing.isEmpty();
    }

    private boolean acknowledge(Map<HeldJob, AcknowledgeType> ends) {
        var topics = new ArrayList<String>();
        try {
            ends.forEach((held, type) -> {
                consumer.acknowledge(kept(held), type);
                topics.add(held.topic());
            });
        } catch (IllegalStateException e) {
            logFailed(topics, e);
            return false;
        }
        return commit(topics);
    }

    private ConsumerRecord<byte[], byte[]> kept(HeldJob held) {
        ConsumerRecord<byte[], byte[]> record = kept.get(held);
        if (record == null) {
            throw new IllegalStateException("a job that is not held here: " + held.job().id());
        }
        return record;
    }

    private boolean commit(Collection<String> what) {
        try {
            long before = System.nanoTime();
            var results = consumer.commitSync(renewEvery());
            schedule.tookRoundTrip(System.nanoTime() - before);
            return !results.isEmpty()
                    && results.values().stream().allMatch(problem -> problem.isEmpty());
        } catch (KafkaException | IllegalStateException e) {
            logFailed(what, e);
            return false;
        }
    }

    private static void logFailed(Collection<String> topics, RuntimeException e) {
        LOG.atWarn()
                .addKeyValue("topic", topics.stream().findFirst().orElse(""))
                .addKeyValue("jobs", topics.size())
                .addKeyValue("error", e.toString())
                .log("acknowledgement failed");
    }

    private List<ConsumerRecord<byte[], byte[]>> poll(Duration time) {
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        consumer.poll(time).forEach(found::add);
        return found;
    }

    /** Ends a poll; any thread. */
    void wakeUp() {
        consumer.wakeup();
    }

    /** Gives its jobs back at once. */
    @Override
    public void close() {
        consumer.close(CLOSE_WITHIN);
    }

    private Duration renewEvery() {
        return lockTime().dividedBy(3);
    }

    private Duration lockTime() {
        return consumer.acquisitionLockTimeoutMs().map(Duration::ofMillis).orElse(settings.lock());
    }
}
