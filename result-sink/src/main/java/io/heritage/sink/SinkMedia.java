package io.heritage.sink;

import io.heritage.schemas.MediaRef;
import io.heritage.sink.reply.MediaSource;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;

/** Reads media from their store: inputs, results, or a bucket. Any thread. */
record SinkMedia(KafkaTransport transport) implements MediaSource {
    @Override
    public InputStream open(MediaRef ref) throws IOException {
        return storeOf(ref).open(ref);
    }

    @Override
    public InputStream open(MediaRef ref, long from) throws IOException {
        return storeOf(ref).open(ref, from);
    }

    private MediaStore storeOf(MediaRef ref) {
        return switch (ref) {
            case MediaRef.InKafka k when k.topic().equals(Topics.MEDIA) -> transport.media();
            case MediaRef.InKafka _, MediaRef.InBucket _ -> transport.results();
            case MediaRef.Joined _ -> transport.media();
        };
    }
}
