package io.heritage.sink.store;

import io.heritage.schemas.JobId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueWaits;
import io.heritage.sink.queue.WaitingPlaces;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Index of the waiting jobs of one partition by the place of their queue record, as {@code &TOPIC
 * OFFSET JOBID} with their owner. Used by the stream thread that owns the partition.
 */
public final class JobsByPlace {
    private static final String PLACE = "&";

    /** Names of topics have no tilde. */
    private static final String AFTER_PLACES = PLACE + "~";

    private static final HexFormat HEX = HexFormat.of();
    private static final int OFFSET_DIGITS = 16;

    private final KeyValueStore<String, byte[]> store;
    private final WaitingPlaces places;

    /**
     * @param places of the jobs in it; filled here
     * @param found hears of the places where jobs wait, with the owner; of the owner nothing if it
     *     was not stored
     */
    public JobsByPlace(
            KeyValueStore<String, byte[]> store,
            WaitingPlaces places,
            BiConsumer<QueuePlace, String> found) {
        this.store = store;
        this.places = places;
        try (var entries = store.range(PLACE, AFTER_PLACES)) {
            entries.forEachRemaining(entry -> {
                QueuePlace place = entryOf(entry.key).place();
                places.add(place);
                found.accept(place, new String(entry.value, StandardCharsets.UTF_8));
            });
        }
    }

    /** An index entry. */
    public record Entry(JobId job, QueuePlace place) {}

    public static String key(QueuePlace place, JobId id) {
        return key(place.topic(), place.offset()) + id.value();
    }

    public static byte[] value(String owner) {
        return owner.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Notes that a job's entry was stored or is about to be deleted.
     *
     * @param from where it waited; null if it did not
     * @param to where it waits; null if it does not
     */
    public void moved(@Nullable QueuePlace from, @Nullable QueuePlace to) {
        places.moved(from, to);
    }

    public void remove(QueuePlace place, JobId id) {
        store.delete(key(place, id));
        places.remove(place);
    }

    /**
     * Jobs that wait although their queue delivers nothing from before {@code start} any more.
     *
     * @param from where the search before has found none
     */
    public List<JobId> before(String topic, long from, long start, int atMost) {
        var waiting = new ArrayList<JobId>();
        try (var entries = store.range(key(topic, from), key(topic, start))) {
            while (entries.hasNext() && waiting.size() < atMost) {
                String key = entries.next().key;
                waiting.add(new JobId(key.substring(key(topic, from).length())));
            }
        }
        return waiting;
    }

    /**
     * Jobs that an owner may have waiting in a queue, in the order of their places.
     *
     * @param from where to begin
     * @param before where to end
     */
    public List<Entry> ofOwner(String topic, long from, long before, String owner, int atMost) {
        byte[] name = value(owner);
        var waiting = new ArrayList<Entry>();
        try (var entries = store.range(key(topic, from), key(topic, before))) {
            while (entries.hasNext() && waiting.size() < atMost) {
                KeyValue<String, byte[]> entry = entries.next();
                if (entry.value.length == 0 || Arrays.equals(entry.value, name)) {
                    waiting.add(entryOf(entry.key));
                }
            }
        }
        return waiting;
    }

    /** The job that waits at a place, if one does. */
    public Optional<JobId> at(QueuePlace place) {
        String first = key(place.topic(), place.offset());
        try (var entries = store.range(first, key(place.topic(), place.offset() + 1))) {
            return entries.hasNext()
                    ? Optional.of(entryOf(entries.next().key).job())
                    : Optional.empty();
        }
    }

    /**
     * Waiting times of jobs in a queue, from its head up to the first that has not waited that
     * long. Any thread, one partition.
     *
     * @param seenAt when a job came in, if that is known
     * @param longerThan a job that came in before has waited longer
     */
    public static QueueWaits waits(
            ReadOnlyKeyValueStore<String, byte[]> store,
            String topic,
            Function<JobId, Optional<Instant>> seenAt,
            Instant now,
            Instant longerThan,
            int atMost) {
        long oldest = 0;
        int longer = 0;
        try (var entries = store.range(key(topic, 0), key(topic, Long.MAX_VALUE))) {
            while (entries.hasNext() && longer < atMost) {
                Instant seen = seenAt.apply(entryOf(entries.next().key).job()).orElse(null);
                if (seen == null) {
                    continue;
                }
                oldest = Math.max(oldest, now.toEpochMilli() - seen.toEpochMilli());
                if (!seen.isBefore(longerThan)) {
                    break;
                }
                longer++;
            }
        }
        return new QueueWaits(oldest, longer);
    }

    private static Entry entryOf(String key) {
        int offset = key.indexOf(' ') + 1;
        int id = offset + OFFSET_DIGITS + 1;
        return new Entry(
                new JobId(key.substring(id)),
                new QueuePlace(
                        key.substring(PLACE.length(), offset - 1),
                        Long.parseLong(key.substring(offset, id - 1), 16)));
    }

    /** In order as text within a topic. */
    private static String key(String topic, long offset) {
        return PLACE + topic + " " + HEX.toHexDigits(offset) + " ";
    }
}
