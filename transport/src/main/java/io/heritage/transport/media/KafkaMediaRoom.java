package io.heritage.transport.media;

import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads every second from which offset media are needed ({@link WaitingJobs}), how much has been
 * written since, and how full the disks are. The reasons: docs/rationale.md, "Media of waiting jobs
 * are not deleted, new jobs are refused".
 *
 * <p>A partition keeps its latest {@code retention.bytes}. So no needed chunk is deleted while the
 * bytes from the first needed chunk to the end are fewer. Every writer stops an eighth earlier, as
 * a reserve for bytes that all writers write until they know of a job.
 */
public final class KafkaMediaRoom implements MediaRoom, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaMediaRoom.class);

    private static final long SPARE_PART = 8;
    private static final long CHUNK_ON_DISK = 512 << 10;
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration STALE = Duration.ofSeconds(20);
    private static final int SECONDS = 10;

    /**
     * For a partition that had room and whose leader is away: no new upload begins there, but those
     * in progress continue.
     */
    static final long FOR_THOSE_UNDER_WAY = 1;

    /** A job that its queue has dropped may be queued again a little later. */
    private static final Duration HELD_AFTER_QUEUE = Duration.ofMinutes(1);

    private final MediaTopics topics;
    private final @Nullable WaitingJobs jobs;
    private final Supplier<LogDirs> disks;
    private final long resultsQuota;
    private final Thread thread = Thread.ofVirtual().name("media-room").unstarted(this::follow);
    private long mediaQuota = Long.MAX_VALUE;
    private boolean limitsResults;
    private volatile @Nullable RuntimeException unanswered;
    private volatile Known known =
            new Known(0, new long[0], new long[0], new long[0], 0, Optional.empty());

    /**
     * @param rooms of the partitions
     * @param ends of the partitions
     * @param onDisk bytes of the partitions; the largest number where they are not known
     */
    @SuppressWarnings("ArrayRecordComponent") // made here, not given out
    private record Known(
            long nanos,
            long[] rooms,
            long[] ends,
            long[] onDisk,
            long resultBytes,
            Optional<LogDirs.Disk> fullest) {}

    private KafkaMediaRoom(
            Admin admin, @Nullable WaitingJobs jobs, Supplier<LogDirs> disks, long resultsQuota) {
        this.topics = new MediaTopics(admin);
        this.jobs = jobs;
        this.disks = disks;
        this.resultsQuota = resultsQuota;
    }

    /**
     * For processes that accept jobs. Returns once the current state is known.
     *
     * @param admin stays open; gives up a broker that does not answer within a few seconds
     * @param jobs is closed with this; gives up a broker likewise
     * @param queues jobs topics, as they exist at the time
     * @param queueStarts the offset before which a jobs topic is finished
     * @param resultsQuota results of all jobs may take so many bytes before new jobs are refused
     */
    public static KafkaMediaRoom ofInputs(
            Admin admin,
            Consumer<byte[], byte[]> jobs,
            Supplier<List<String>> queues,
            ToLongFunction<String> queueStarts,
            long resultsQuota) {
        return ofInputs(
                admin,
                jobs,
                queues,
                queueStarts,
                () -> LogDirs.read(admin),
                resultsQuota,
                HELD_AFTER_QUEUE);
    }

    static KafkaMediaRoom ofInputs(
            Admin admin,
            Consumer<byte[], byte[]> jobs,
            Supplier<List<String>> queues,
            ToLongFunction<String> queueStarts,
            Supplier<LogDirs> disks,
            long resultsQuota,
            Duration heldAfterQueue) {
        var waiting = new WaitingJobs(jobs, queues, queueStarts, heldAfterQueue);
        return started(new KafkaMediaRoom(admin, waiting, disks, resultsQuota));
    }

    /** For processes that write results, limited by disks only. Returns once the state is known. */
    public static KafkaMediaRoom ofResults(Admin admin) {
        return started(new KafkaMediaRoom(admin, null, () -> LogDirs.read(admin), Long.MAX_VALUE));
    }

    private static KafkaMediaRoom started(KafkaMediaRoom room) {
        try {
            if (room.jobs != null) {
                room.readQuotas();
            }
            room.look();
        } catch (RuntimeException e) {
            room.closeJobs();
            throw e;
        }
        room.thread.start();
        return room;
    }

    @Override
    public long of(int partition) {
        long[] rooms = known.rooms();
        return partition < rooms.length ? rooms[partition] : Long.MAX_VALUE;
    }

    @Override
    public long knownAt() {
        return known.nanos();
    }

    @Override
    public void requireDisk() {
        known.fullest().ifPresent(LogDirs.Disk::require);
    }

    @Override
    public void require(long bytes) {
        requireDisk(); // which may be why Kafka tells no more
        Known now = fresh();
        if (limitsResults && now.resultBytes() >= resultsQuota) {
            throw new MediaQuotaReached(
                    "results take %d MiB, as many as kafka.media-retention-bytes allows; try again when some are expired"
                            .formatted(now.resultBytes() >> 20));
        }
        long most = most(now.rooms());
        if (most < bytes || most <= 0) {
            throw full(bytes);
        }
    }

    @Override
    public void requireSpan(long chunks) {
        if (jobs != null && chunks > mediaQuota / CHUNK_ON_DISK) {
            throw full(0);
        }
    }

    @Override
    public boolean keeps(int partition, long offset) {
        Known now = known;
        return jobs == null
                || partition < now.ends().length
                        && bytesFrom(offset, now.ends()[partition], now.onDisk()[partition])
                                <= mediaQuota;
    }

    static MediaQuotaReached full(long bytes) {
        return new MediaQuotaReached(
                "%s waiting jobs fill what kafka.media-retention-bytes keeps of their media; try again when some are done"
                        .formatted(
                                bytes > 0
                                        ? "there is no room for %d MiB:".formatted(bytes >> 20)
                                        : "there is no room:"));
    }

    private static long most(long[] rooms) {
        long most = rooms.length == 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        for (long room : rooms) {
            most = Math.max(most, room);
        }
        return most;
    }

    /** For new jobs. Writers use the last known state: Kafka decides whether it takes a chunk. */
    private Known fresh() {
        Known now = known;
        if (System.nanoTime() - now.nanos() > STALE.toNanos()) {
            throw new TransportUnavailable(
                    "for %s Kafka has not reported its free space".formatted(STALE), unanswered);
        }
        return now;
    }

    private void follow() {
        try {
            while (!Thread.interrupted()) {
                Thread.sleep(EVERY);
                try {
                    look();
                    unanswered = null;
                } catch (InterruptException e) {
                    return;
                } catch (RuntimeException e) { // asked again, whatever it was
                    unanswered = e;
                    LOG.atDebug().setCause(e).log("cannot read Kafka's free space; will retry");
                }
            }
        } catch (InterruptedException _) {
            // closed
        } finally {
            closeJobs();
        }
    }

    /** Settings of existing topics, which may differ from the configuration. */
    private void readQuotas() {
        MediaTopics.Retention kept = topics.retention();
        long media = kept.mediaBytes();
        mediaQuota = media < 0 ? Long.MAX_VALUE : media - media / SPARE_PART;
        limitsResults = kept.resultBytes() < 0;
        if (!limitsResults) {
            LOG.atWarn()
                    .addKeyValue("topic", Topics.RESULTS)
                    .log(
                            "topic of an earlier version deletes results by size before they expire;"
                                    + " set its retention.bytes to -1");
        }
    }

    /** The order matters: changes in between make the room look smaller, never larger. */
    private void look() {
        long begun = System.nanoTime();
        if (jobs == null) {
            known =
                    new Known(
                            begun, new long[0], new long[0], new long[0], 0, disks.get().fullest());
            return;
        }
        if (mediaQuota < Long.MAX_VALUE) {
            jobs.read();
        }
        Known before = known;
        List<TopicPartitionInfo> partitions = topics.partitions();
        Map<Integer, Long> told = topics.ends(partitions.size());
        LogDirs found = disks.get();
        int count = partitions.size();
        long[] rooms = new long[count];
        long[] ends = new long[count];
        long[] onDisk = new long[count];
        for (int partition = 0; partition < count; partition++) {
            Long end = told.get(partition);
            if (end == null) {
                boolean wasKnown = partition < before.rooms().length;
                rooms[partition] =
                        wasKnown ? Math.min(before.rooms()[partition], FOR_THOSE_UNDER_WAY) : 0;
                ends[partition] = wasKnown ? before.ends()[partition] : 0;
                onDisk[partition] = wasKnown ? before.onDisk()[partition] : Long.MAX_VALUE;
            } else {
                ends[partition] = end;
                onDisk[partition] = bytesOnDisk(partitions.get(partition), found);
                OptionalLong first = jobs.firstNeeded(partition);
                rooms[partition] = mediaQuota - neededBytes(first, end, onDisk[partition]);
            }
        }
        known =
                new Known(
                        begun, rooms, ends, onDisk, found.bytesOf(Topics.RESULTS), found.fullest());
    }

    private static long bytesOnDisk(TopicPartitionInfo partition, LogDirs found) {
        Node leader = partition.leader();
        return found.bytesOf(
                new TopicPartition(Topics.MEDIA, partition.partition()),
                leader == null ? Node.noNode().id() : leader.id());
    }

    private static long bytesFrom(long offset, long end, long onDisk) {
        return Math.min(Math.max(0, end - offset) * CHUNK_ON_DISK, onDisk);
    }

    private static long neededBytes(OptionalLong first, long end, long onDisk) {
        return first.isEmpty() ? 0 : bytesFrom(first.getAsLong(), end, onDisk);
    }

    private void closeJobs() {
        if (jobs != null) {
            jobs.close();
        }
    }

    /** Waits until its clients are closed. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(SECONDS));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
