package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeLogDirsOptions;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Disk usage as reported by the brokers. A broker that does not answer is left out and does not
 * delay the others.
 *
 * @param brokers ids of those that answered
 * @param bytes of the largest replica of each partition, among those of these brokers
 * @param fullest of their disks; empty if the brokers do not report it
 */
record LogDirs(Set<Integer> brokers, Map<TopicPartition, Long> bytes, Optional<Disk> fullest) {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirs.class);
    private static final int SECONDS = 10;

    /** For all brokers together; those without an answer by then are left out. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** For brokers that do not report it, or not to this client. */
    static final LogDirs UNKNOWN = new LogDirs(Set.of(), Map.of(), Optional.empty());

    /**
     * One disk of a broker.
     *
     * @param folder as the broker names it
     */
    record Disk(String folder, long free) {
        /** Reserve for events, jobs and unfinished results while submissions are refused. */
        static final long RESERVE = 256L << 20;

        /**
         * @throws DiskFull if less than the reserve is free
         */
        void require() {
            if (free < RESERVE) {
                throw new DiskFull(
                        "Kafka's disk is full: %d MiB are free, expected at least %d; try again later"
                                .formatted(free >> 20, RESERVE >> 20),
                        folder);
            }
        }
    }

    /**
     * @throws TransportUnavailable if no broker answers in time
     */
    static LogDirs read(Admin admin) {
        var inTime = new DescribeLogDirsOptions().timeoutMs((int) PATIENCE.toMillis());
        try {
            List<Integer> brokers =
                    admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).stream()
                            .map(Node::id)
                            .toList();
            return of(admin.describeLogDirs(brokers, inTime).descriptions(), PATIENCE);
        } catch (ExecutionException e) {
            if (isRefusal(e)) {
                return unknown(e);
            }
            throw unavailable(e);
        } catch (TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading the brokers' disks", e);
        }
    }

    /**
     * @param answers of the brokers, by their ids
     * @param patience with all of them together
     */
    static LogDirs of(
            Map<Integer, KafkaFuture<Map<String, LogDirDescription>>> answers, Duration patience)
            throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        var told = new HashMap<Integer, Map<String, LogDirDescription>>();
        Exception away = null;
        for (var answer : answers.entrySet()) {
            try {
                long left = Math.max(0, deadline - System.nanoTime());
                told.put(answer.getKey(), answer.getValue().get(left, TimeUnit.NANOSECONDS));
            } catch (ExecutionException e) {
                if (isRefusal(e)) {
                    return unknown(e);
                }
                away = e;
            } catch (TimeoutException e) {
                away = e;
            }
        }
        if (away != null) {
            if (told.isEmpty()) {
                throw unavailable(away);
            }
            LOG.atDebug()
                    .setCause(away)
                    .addKeyValue("told", told.keySet())
                    .log("not all brokers report the free space of their disks");
        }
        return of(told);
    }

    private static boolean isRefusal(ExecutionException e) {
        return e.getCause() instanceof ClusterAuthorizationException
                || e.getCause() instanceof UnsupportedVersionException;
    }

    private static LogDirs unknown(ExecutionException refusal) {
        LOG.atDebug()
                .setCause(refusal)
                .log("the brokers do not report the free space of their disks");
        return UNKNOWN;
    }

    private static TransportUnavailable unavailable(Exception e) {
        return new TransportUnavailable("cannot read the free space of the brokers' disks", e);
    }

    /** A failed disk counts as full. */
    private static LogDirs of(Map<Integer, Map<String, LogDirDescription>> brokers) {
        var bytes = new HashMap<TopicPartition, Long>();
        Optional<Disk> fullest = Optional.empty();
        for (Map<String, LogDirDescription> dirs : brokers.values()) {
            for (var dir : dirs.entrySet()) {
                dir.getValue()
                        .replicaInfos()
                        .forEach((partition, replica) ->
                                bytes.merge(partition, replica.size(), Math::max));
                OptionalLong free = freeOf(dir.getValue());
                if (free.orElse(Long.MAX_VALUE) < fullest.map(Disk::free).orElse(Long.MAX_VALUE)) {
                    fullest = Optional.of(new Disk(dir.getKey(), free.getAsLong()));
                }
            }
        }
        return new LogDirs(Set.copyOf(brokers.keySet()), Map.copyOf(bytes), fullest);
    }

    private static OptionalLong freeOf(LogDirDescription dir) {
        return dir.error() != null ? OptionalLong.of(0) : dir.usableBytes();
    }

    /**
     * Bytes of a partition; {@link Long#MAX_VALUE} if its leader did not answer.
     *
     * @param leader of the partition
     */
    long bytesOf(TopicPartition partition, int leader) {
        Long largest = bytes.get(partition);
        return largest == null || !brokers.contains(leader) ? Long.MAX_VALUE : largest;
    }

    /** Bytes of all partitions of a topic. */
    long bytesOf(String topic) {
        return bytes.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
