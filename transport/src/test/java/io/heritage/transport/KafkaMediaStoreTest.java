package io.heritage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedBroker.class)
class KafkaMediaStoreTest {
    private static final int CHUNK = ChunkFormat.CHUNK_BYTES;

    private KafkaTransport transport;
    private MediaStore media;

    KafkaMediaStoreTest(SharedBroker.Running broker) {
        this.transport = broker.transport(new EndpointId("media-test"));
        this.media = transport.media();
    }

    @AfterEach
    void close() {
        transport.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 20_000_000})
    void whatIsWrittenIsRead(int length) throws IOException {
        byte[] bytes = random(length, length);

        MediaRef ref = write("k-" + length, bytes);

        assertThat(ref.bytes()).isEqualTo(length);
        try (var in = media.open(ref)) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
    }

    private MediaRef write(String key, byte[] bytes) throws IOException {
        try (MediaUpload upload = media.begin(key)) {
            MediaPart part = upload.part("body", "application/octet-stream");
            try (part) {
                part.write(bytes);
            }
            return part.durable();
        }
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
