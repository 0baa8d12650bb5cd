package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import io.heritage.transport.kafka.ClientSettings;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** Large pieces are read in large fetches, which is faster; small ones do not pay for them. */
public final class MediaReaders implements AutoCloseable {
    private static final int SMALL_FETCH_BYTES = 1 << 20;
    private static final int LARGE_FETCH_BYTES = 8 << 20;
    private static final long LARGE_FROM_BYTES = 4L << 20;
    private static final int IDLE_SMALL = 8;
    private static final int IDLE_LARGE = 2;

    private final ClientSettings settings;
    private final ReaderPool small = new ReaderPool(IDLE_SMALL, () -> reader(SMALL_FETCH_BYTES));
    private final ReaderPool large = new ReaderPool(IDLE_LARGE, () -> reader(LARGE_FETCH_BYTES));

    public MediaReaders(ClientSettings settings) {
        this.settings = settings;
    }

    ReaderPool of(MediaRef.InKafka ref) {
        return ref.bytes() < LARGE_FROM_BYTES ? small : large;
    }

    @Override
    public void close() {
        small.close();
        large.close();
    }

    private ChunkReader reader(int fetchBytes) {
        return new ChunkReader(
                new KafkaConsumer<byte[], ByteBuffer>(
                        settings.mediaReader(fetchBytes),
                        new ByteArrayDeserializer(),
                        new ByteBufferDeserializer()));
    }
}
