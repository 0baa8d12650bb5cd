package io.heritage.sink.frame;

import io.heritage.schemas.MediaRef;
import io.heritage.sink.reply.MediaSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Media in temporary files: a user who views one frame of a video soon views others. Bounded in
 * bytes, on disk and on the heap, and in number; one that nobody uses is deleted after a while. Any
 * thread.
 */
final class MediaCopies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MediaCopies.class);
    static final long MOST_BYTES = 2L << 30;

    /** Disk space left free for other users of the temporary folder. */
    private static final long LEFT_FREE = 1L << 30;

    /** Limit for indexes of frames; an hour of 60 frames a second takes 2 to 5 MB. */
    private static final long MOST_HEAP_BYTES = 64L << 20;

    static final int MOST = 64;
    static final Duration KEPT = Duration.ofMinutes(2);

    private final MediaSource media;
    private final LongSupplier nanoTime;
    private final long mostHeapBytes;

    /** In order of last use, the latest last. */
    private final Map<String, MediaCopy> copies = new LinkedHashMap<>(16, 0.75f, true);

    MediaCopies(MediaSource media, LongSupplier nanoTime) {
        this(media, nanoTime, MOST_HEAP_BYTES);
    }

    /**
     * @param mostHeapBytes of copies that nobody uses
     */
    MediaCopies(MediaSource media, LongSupplier nanoTime, long mostHeapBytes) {
        this.media = media;
        this.nanoTime = nanoTime;
        this.mostHeapBytes = mostHeapBytes;
    }

    /** Work on a copy. */
    @FunctionalInterface
    interface Use<T> {
        T of(MediaCopy copy, MediaCopy.Opening media) throws Exception;
    }

    /**
     * @throws FrameRefused if there is no room for it, now or ever
     */
    <T> T with(MediaRef ref, Use<T> use) throws Exception {
        String name = nameOf(ref);
        MediaCopy copy = borrow(name, ref);
        boolean done = false;
        try {
            T result = use.of(copy, () -> media.open(ref));
            done = true;
            return result;
        } finally {
            giveBack(name, copy, done);
        }
    }

    private synchronized MediaCopy borrow(String name, MediaRef ref) throws FrameRefused {
        if (ref.bytes() > MOST_BYTES) {
            throw new FrameRefused(
                    FrameRefused.Reason.NO_PICTURE,
                    "frames are not available for media larger than %d GiB"
                            .formatted(MOST_BYTES >> 30));
        }
        MediaCopy copy = copies.get(name);
        if (copy == null) {
            makeRoom(ref.bytes());
            requireDisk(ref.bytes());
            copy = new MediaCopy(ref.bytes());
            copies.put(name, copy);
        }
        copy.users++;
        return copy;
    }

    /** Removes a failed copy, so that no other request gets it. */
    private synchronized void giveBack(String name, MediaCopy copy, boolean keep) {
        copy.users--;
        copy.usedAt = nanoTime.getAsLong();
        if (!keep) {
            copies.remove(name, copy);
        }
        if (copy.users == 0 && !copies.containsValue(copy)) {
            delete(copy);
        }
        makeRoomOnTheHeap();
    }

    private void makeRoomOnTheHeap() {
        long sum = copies.values().stream().mapToLong(MediaCopy::heapBytes).sum();
        for (Map.Entry<String, MediaCopy> oldest : List.copyOf(copies.entrySet())) {
            MediaCopy copy = oldest.getValue();
            if (sum > mostHeapBytes && copy.users == 0) {
                sum -= copy.heapBytes();
                copies.remove(oldest.getKey());
                delete(copy);
            }
        }
    }

    private void makeRoom(long bytes) throws FrameRefused {
        long sum = copies.values().stream().mapToLong(MediaCopy::bytes).sum();
        for (Map.Entry<String, MediaCopy> oldest : List.copyOf(copies.entrySet())) {
            if (sum + bytes <= MOST_BYTES && copies.size() < MOST) {
                return;
            }
            if (oldest.getValue().users == 0) {
                copies.remove(oldest.getKey());
                delete(oldest.getValue());
                sum -= oldest.getValue().bytes();
            }
        }
        if (sum + bytes > MOST_BYTES || copies.size() >= MOST) {
            throw new FrameRefused(
                    FrameRefused.Reason.BUSY,
                    "frames of too many large videos are being viewed, try again");
        }
    }

    private static void requireDisk(long bytes) throws FrameRefused {
        try {
            Path folder = Path.of(System.getProperty("java.io.tmpdir"));
            if (Files.getFileStore(folder).getUsableSpace() - bytes < LEFT_FREE) {
                throw new FrameRefused(
                        FrameRefused.Reason.BUSY,
                        "the disk with the sink's temporary files is nearly full");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the free space for temporary files cannot be read", e);
        }
    }

    /** Called periodically. */
    synchronized void deleteIdle() {
        long now = nanoTime.getAsLong();
        for (Map.Entry<String, MediaCopy> entry : List.copyOf(copies.entrySet())) {
            MediaCopy copy = entry.getValue();
            if (copy.users == 0 && now - copy.usedAt > KEPT.toNanos()) {
                copies.remove(entry.getKey());
                delete(copy);
            }
        }
    }

    synchronized int count() {
        return copies.size();
    }

    /** Copies in use are deleted at the end of the process. */
    @Override
    public synchronized void close() {
        for (MediaCopy copy : new ArrayList<>(copies.values())) {
            if (copy.users == 0) {
                delete(copy);
            }
        }
        copies.clear();
    }

    private static void delete(MediaCopy copy) {
        try {
            copy.delete();
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("error", e.toString())
                    .log("cannot delete a temporary copy of media");
        }
    }

    /** A hash, as short for a thousand pieces as for one. */
    private static String nameOf(MediaRef ref) {
        MessageDigest hash = sha256();
        for (MediaRef.Piece piece : ref.pieces()) {
            hash.update(nameOf(piece).getBytes(StandardCharsets.UTF_8));
            hash.update((byte) 0);
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static String nameOf(MediaRef.Piece piece) {
        return switch (piece) {
            case MediaRef.InKafka chunks ->
                    "%s/%d/%d/%s"
                            .formatted(
                                    chunks.topic(),
                                    chunks.partition(),
                                    chunks.firstOffset(),
                                    chunks.sha256());
            case MediaRef.InBucket inBucket -> inBucket.object();
        };
    }
}
