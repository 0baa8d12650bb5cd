package io.heritage.transport.media;

import io.heritage.transport.kafka.TransportUnavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the brokers say of their disks.
 *
 * @param bytes of the largest replica of each partition
 * @param fullest of the disks; empty if the brokers do not tell
 */
record LogDirs(Map<TopicPartition, Long> bytes, Optional<Disk> fullest) {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirs.class);
    private static final int SECONDS = 10;

    /** Where brokers do not tell, or not this client. */
    static final LogDirs UNKNOWN = new LogDirs(Map.of(), Optional.empty());

    /**
     * One disk of a broker.
     *
     * @param folder as the broker names it
     */
    record Disk(String folder, long free) {
        /** For events, jobs and results in the making while submissions are refused. */
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
     * @throws TransportUnavailable if a broker does not answer in time
     */
    static LogDirs read(Admin admin) {
        try {
            List<Integer> brokers =
                    admin.describeCluster().nodes().get(SECONDS, TimeUnit.SECONDS).stream()
                            .map(Node::id)
                            .toList();
            return of(
                    admin.describeLogDirs(brokers)
                            .allDescriptions()
                            .get(SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ClusterAuthorizationException
                    || e.getCause() instanceof UnsupportedVersionException) {
                LOG.atDebug().setCause(e).log("the brokers do not tell how full their disks are");
                return UNKNOWN;
            }
            throw new TransportUnavailable("cannot read how full the brokers' disks are", e);
        } catch (TimeoutException e) {
            throw new TransportUnavailable("cannot read how full the brokers' disks are", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransportUnavailable("interrupted while reading the brokers' disks", e);
        }
    }

    /** A disk that failed has no room. */
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
        return new LogDirs(Map.copyOf(bytes), fullest);
    }

    private static OptionalLong freeOf(LogDirDescription dir) {
        return dir.error() != null ? OptionalLong.of(0) : dir.usableBytes();
    }

    /** Bytes of a topic, its partitions together. */
    long bytesOf(String topic) {
        return bytes.entrySet().stream()
                .filter(entry -> entry.getKey().topic().equals(topic))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
