package io.heritage.sink.reply;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The bytes of a reply, media read and encoded as they are taken. Holds one encoded block besides
 * what {@link MediaReadAhead} reads ahead. Used by one thread.
 */
public final class ReplyStream extends InputStream {
    private static final byte[] NOTHING = {};

    private final Iterator<ReplyBody.Stretch> parts;
    private final MediaReadAhead media;
    private byte[] encoded = NOTHING;
    private byte[] current = NOTHING;
    private int from;
    private int to;
    private boolean inMedia;

    ReplyStream(List<ReplyBody.Stretch> parts, MediaSource source) {
        this.parts = parts.iterator();
        this.media = new MediaReadAhead(source, refs(parts));
    }

    private static List<MediaRef> refs(List<ReplyBody.Stretch> parts) {
        return parts.stream()
                .flatMap(part ->
                        switch (part) {
                            case ReplyBody.Stretch.Json _ -> Stream.<MediaRef>empty();
                            case ReplyBody.Stretch.Media m -> Stream.of(m.ref());
                        })
                .toList();
    }

    /**
     * Waits for the first media, as long as an error can still be answered with its status.
     *
     * @throws io.heritage.transport.media.MediaLost if it is gone
     */
    public void awaitFirstMedia() throws IOException {
        media.awaitFirst();
    }

    /**
     * The same with a bound.
     *
     * @throws TimeoutException if nothing was read so soon
     */
    void awaitFirstMedia(Duration atMost) throws IOException, TimeoutException {
        media.awaitFirst(atMost);
    }

    @Override
    public int read() throws IOException {
        return fill() ? current[from++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, to - from);
        System.arraycopy(current, from, target, offset, count);
        from += count;
        return count;
    }

    /** Writes blocks of the size in which media are read. */
    @Override
    public long transferTo(OutputStream out) throws IOException {
        long written = 0;
        while (fill()) {
            out.write(current, from, to - from);
            written += to - from;
            from = to;
        }
        return written;
    }

    @Override
    public void close() {
        media.close();
    }

    /**
     * @return whether there is anything from {@code from} to {@code to}
     */
    private boolean fill() throws IOException {
        while (from == to) {
            if (inMedia) {
                fillFromMedia();
            } else if (parts.hasNext()) {
                begin(parts.next());
            } else {
                return false;
            }
        }
        return true;
    }

    private void begin(ReplyBody.Stretch part) {
        switch (part) {
            case ReplyBody.Stretch.Json json -> set(json.bytes().array(), json.bytes().capacity());
            case ReplyBody.Stretch.Media _ -> inMedia = true;
        }
    }

    private void fillFromMedia() throws IOException {
        byte[] block = media.next();
        if (block == null) {
            inMedia = false;
            return;
        }
        int length = (block.length + 2) / 3 * 4;
        if (encoded.length < length) {
            encoded = new byte[length];
        }
        set(encoded, Base64.getEncoder().encode(block, encoded));
    }

    private void set(byte[] bytes, int length) {
        current = bytes;
        from = 0;
        to = length;
    }
}
