package io.heritage.transport.queue;

import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.GroupMaxSizeReachedException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lane's membership of its share group, on a thread of its own. What it may do is decided by
 * {@link LaneSchedule}, whether one job or several are fetched at a time by {@link LanePace}.
 */
final class LaneConsumer implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LaneConsumer.class);
    private static final Duration WHILE_JOINING = Duration.ofMillis(50);
    private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_REFUSAL = Duration.ofSeconds(5);

    /** A refusal comes with the first heartbeat, which is sent at once. */
    private static final Duration JOINED_AFTER = Duration.ofSeconds(3);

    private final LaneState lane;
    private final LaneSchedule schedule;
    private final QueueSettings settings;
    private final Consumers consumers;
    private final LanePlace place;
    private final ClaimMeters meters;
    private @Nullable LaneMember polled;
    private volatile boolean woken;
    private boolean refusedBefore;

    LaneConsumer(
            LaneState lane,
            LaneSchedule schedule,
            QueueSettings settings,
            LanePlace place,
            ClaimMeters meters,
            Consumers consumers) {
        this.lane = lane;
        this.schedule = schedule;
        this.settings = settings;
        this.place = place;
        this.meters = meters;
        this.consumers = consumers;
    }

    @Override
    public void run() {
        while (isToBeServed()) {
            lane.topic = place.topic();
            try (LaneMember one = join(1);
                    LanePace pace = new LanePace(lane, () -> join(LanePace.SEVERAL))) {
                serve(one, pace);
            } catch (Wire.LaterVersion e) {
                // Not acknowledged: it goes back when the consumer is closed.
                schedule.fail(e);
                return;
            } catch (WakeupException e) {
                LOG.atDebug().addKeyValue("topic", lane.topic).log("consumer woken for shutdown");
            } catch (KafkaException | IllegalStateException e) {
                if (!(e instanceof GroupMaxSizeReachedException) || !place.leaveFull()) {
                    schedule.setJoined(lane, false);
                    logFailure(e);
                    schedule.pause(pauseAfterFailure(e));
                }
            } catch (RuntimeException | Error e) {
                LOG.atError()
                        .setCause(e)
                        .addKeyValue("topic", lane.topic)
                        .log("thread of a lane failed");
                schedule.fail(
                        new TransportUnavailable(
                                "the thread of lane %s ended".formatted(lane.topic), e));
                return;
            } finally {
                lane.member = false;
                schedule.rest(lane);
            }
        }
    }

    private boolean isToBeServed() {
        schedule.awaitServed(lane);
        return !schedule.isClosed();
    }

    private void logFailure(RuntimeException e) {
        if (!(e instanceof GroupMaxSizeReachedException)) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("topic", lane.topic)
                    .log("the queue's consumer failed; rejoining");
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

    /** Refused workers retry, but seldom, to spare the group's coordinator. */
    private static Duration pauseAfterFailure(RuntimeException e) {
        return e instanceof GroupMaxSizeReachedException ? PAUSE_AFTER_REFUSAL : PAUSE_AFTER_ERROR;
    }

    /** Ends a poll, after the schedule was closed. */
    synchronized void wakeUp() {
        if (polled != null) {
            woken = true;
            polled.wakeUp();
        }
    }

    /**
     * A member whose last poll was empty is assigned the next job whether it polls or not. So a
     * lane that must not fetch leaves its group, unless it rests or has a job.
     */
    void leaveIfSuspended() {
        if (schedule.isSuspended(lane)) {
            wakeUp();
        }
    }

    private LaneMember join(int mostJobs) {
        return new LaneMember(
                consumers.join(lane.topic, mostJobs), lane, schedule, settings, meters);
    }

    /** Returns when the member must leave the lane or rejoin. */
    private void serve(LaneMember one, LanePace pace) {
        long openedAt = System.nanoTime();
        while (schedule.awaitAsked(lane, pace.patience())) {
            if (schedule.isLeft(lane) || place.leave()) {
                return;
            }
            if (!schedule.isAsked(lane)) {
                pace.end(); // what the second member is given would wait for the worker
                continue;
            }
            if (pace.several().isPresent() && serveSeveral(pace.several().get(), pace)) {
                continue;
            }
            if (!serveOne(one, pace, openedAt)) {
                return;
            }
        }
    }

    /**
     * Whether the second member had jobs. The lane continues without it once it has none, or if it
     * fails.
     */
    private boolean serveSeveral(LaneMember several, LanePace pace) {
        try {
            var records =
                    polling(several, pace.isJoining() ? Duration.ZERO : several.longestPoll());
            if (!records.isEmpty()) {
                pace.joined();
                if (!keep(several, records, Duration.ZERO, pace, () -> {})) {
                    pace.end();
                    schedule.rest(lane);
                }
                return true;
            }
        } catch (WakeupException e) {
            throw e;
        } catch (KafkaException | IllegalStateException e) {
            LOG.atWarn()
                    .addKeyValue("topic", lane.topic)
                    .addKeyValue("error", e.toString())
                    .log("fetching several jobs at a time failed; fetching one by one");
            pace.end();
            schedule.rest(lane);
            return true;
        }
        if (!pace.isJoining()) {
            pace.end();
        }
        return false;
    }

    /** Whether the first member may continue. */
    private boolean serveOne(LaneMember one, LanePace pace, long openedAt) {
        long asked = System.nanoTime();
        var records = polling(one, pace.isJoining() ? WHILE_JOINING : one.longestPoll());
        noteJoined(!records.isEmpty(), openedAt);
        if (records.isEmpty()) {
            pace.end();
            return true;
        }
        Duration fetching = Duration.ofNanos(System.nanoTime() - asked);
        return keep(one, records, fetching, pace, pace::end);
    }

    /**
     * @throws WakeupException also if it was woken when the poll was over, since that would end its
     *     next acknowledgement
     */
    private List<ConsumerRecord<byte[], byte[]>> polling(LaneMember member, Duration time) {
        setPolled(member);
        List<ConsumerRecord<byte[], byte[]>> records;
        try {
            if (schedule.isSuspended(lane)) {
                throw new WakeupException();
            }
            lane.member = true;
            records = member.fetch(time);
        } finally {
            setPolled(null);
        }
        if (woken) {
            throw new WakeupException();
        }
        return records;
    }

    private synchronized void setPolled(@Nullable LaneMember member) {
        polled = member;
        if (member != null) {
            woken = false;
        }
    }

    /** Whether the member may continue. */
    private boolean keep(
            LaneMember member,
            List<ConsumerRecord<byte[], byte[]>> records,
            Duration fetching,
            LanePace pace,
            Runnable ifLong) {
        List<HeldJob> held = member.offer(records);
        if (!member.keepUntilTheirEnds(held, ifLong)) {
            return false;
        }
        pace.worked(fetching, held);
        schedule.rest(lane);
        return true;
    }

    /** A refused member gets an exception from a poll. */
    private void noteJoined(boolean found, long openedAt) {
        if (found || System.nanoTime() - openedAt > JOINED_AFTER.toNanos()) {
            schedule.setJoined(lane, true);
            place.joined();
            refusedBefore = false;
        }
    }

    /** Makes the consumers of a lane. */
    @FunctionalInterface
    interface Consumers {
        /**
         * @param mostJobs that one poll may give
         */
        ShareConsumer<byte[], byte[]> join(String topic, int mostJobs);
    }
}
