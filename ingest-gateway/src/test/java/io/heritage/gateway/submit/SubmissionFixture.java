package io.heritage.gateway.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.gateway.media.SubmittedMedia;
import io.heritage.gateway.submit.SubmissionReader.Submission;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobId;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** Reads submissions, and checks that nothing is held afterwards. */
abstract class SubmissionFixture {
    static final JobId ID = new JobId("job");
    static final int MAX_JSON = 64 << 10;

    final MemoryMediaStore media = new MemoryTransport(Clock.systemUTC()).media();
    final UploadTurns turns = new UploadTurns(1, Duration.ZERO, () -> false);
    final BodyMemory memory = new BodyMemory(16 << 20, () -> false);
    final SubmissionReader reader = new SubmissionReader(media, turns, MAX_JSON);

    @AfterEach
    void nothingIsHeld() {
        assertThat(turns.underWay()).isZero();
        assertThat(memory.used()).isZero();
    }

    Submission read(String json) throws IOException, InvalidInput {
        return read(new ByteArrayInputStream(json.getBytes(UTF_8)), EndpointKind.INTERPOLATE);
    }

    Submission read(InputStream body, EndpointKind kind) throws IOException, InvalidInput {
        try (BodyMemory.Lease lease = memory.begin("alice")) {
            return reader.read(body, kind, ID, 0, lease);
        }
    }

    Submission readStartImage(String base64) throws IOException, InvalidInput {
        return read("{\"input\":{\"start_image_base64\":\"" + base64 + "\"}}");
    }

    String problemOf(String json) {
        return problemOf(json, EndpointKind.INTERPOLATE);
    }

    String problemOf(String json, EndpointKind kind) {
        var stream = new ByteArrayInputStream(json.getBytes(UTF_8));
        return String.valueOf(
                assertThatExceptionOfType(InvalidInput.class)
                        .isThrownBy(() -> read(stream, kind))
                        .actual()
                        .getMessage());
    }

    String badMediaOf(String base64) throws IOException, InvalidInput {
        return badMediaOf(
                "{\"input\":{\"start_image_base64\":\"" + base64 + "\"}}",
                EndpointKind.INTERPOLATE);
    }

    String badMediaOf(String json, EndpointKind kind) throws IOException, InvalidInput {
        Submission found = read(new ByteArrayInputStream(json.getBytes(UTF_8)), kind);
        return String.valueOf(found.badMedia().orElseThrow().getMessage());
    }

    String typeOf(String startImage) throws IOException, InvalidInput {
        return ((SubmittedMedia.Durable) readStartImage(startImage).media().getFirst())
                .ref()
                .mediaType();
    }

    static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
