package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.Call;
import io.heritage.gateway.call.KeyRing;
import io.heritage.gateway.connection.RequestTarget;
import io.heritage.gateway.error.FailureReply;
import io.heritage.gateway.error.HttpFailure;
import io.heritage.gateway.limit.BodyMemory;
import io.heritage.gateway.limit.UploadTurns;
import io.heritage.gateway.media.ContentRange;
import io.heritage.gateway.media.ExpectedHash;
import io.heritage.gateway.media.MediaReference;
import io.heritage.gateway.submit.BatchReader;
import io.heritage.gateway.submit.IdempotencyKey;
import io.heritage.gateway.submit.SubmissionReader;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobId;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;

/**
 * What reads bodies, paths, headers and ids, fed by Jazzer, which steers by what code it reaches.
 * Anything but a refusal is a finding. In a build only the inputs that are kept beside it are
 * tried; CONTRIBUTING.md has the command that looks for others.
 *
 * <p>In a JVM of its own: Jazzer's sanitizers take what other tests do for attacks.
 */
@Tag("fuzz")
final class RequestFuzzTest {
    private static final int MOST_JSON = 64 << 10;
    private static final JobId ID = new JobId("job");
    private static final Map<String, EndpointConfig> ENDPOINTS =
            Map.of(
                    "interpolate",
                    EndpointConfig.defaults(
                            new EndpointId("interpolate"), EndpointKind.INTERPOLATE));

    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final UploadTurns turns = new UploadTurns(1, Duration.ZERO, () -> false);
    private final BodyMemory memory = new BodyMemory(64 << 20, () -> false);

    /** One refusal is an {@link InvalidInput}, others say themselves what they are answered. */
    private static boolean isRefusal(Exception e) {
        return e instanceof InvalidInput || e instanceof HttpFailure failure && isClients(failure);
    }

    private static boolean isClients(HttpFailure failure) {
        return FailureReply.of(failure).status() < 500;
    }

    @FuzzTest(maxDuration = "1h")
    void body(byte[] body) throws Exception {
        for (EndpointKind kind : EndpointKind.values()) {
            try (BodyMemory.Lease lease = memory.begin("alice")) {
                var reader = new SubmissionReader(transport.media(), turns, MOST_JSON);
                var read = reader.read(new ByteArrayInputStream(body), kind, ID, 0, lease);
                if (read.badMedia().isEmpty()) {
                    kind.check(read.input());
                }
            } catch (InvalidInput | HttpFailure refusal) {
                requireRefusal(refusal);
            }
        }
        requireNothingHeld();
    }

    @FuzzTest(maxDuration = "1h")
    void batch(byte[] body) throws Exception {
        for (EndpointKind kind : EndpointKind.values()) {
            try (BodyMemory.Lease lease = memory.begin("alice")) {
                var unused = BatchReader.read(new ByteArrayInputStream(body), kind, lease);
            } catch (InvalidInput | HttpFailure refusal) {
                requireRefusal(refusal);
            }
        }
        requireNothingHeld();
    }

    @FuzzTest(maxDuration = "1h")
    void target(byte[] methodAndPath) throws Exception {
        List<String> lines = lines(methodAndPath);
        String path = lines.size() > 1 ? lines.get(1) : "";
        var problem = RequestTarget.problem(path, "unknown");
        Objects.requireNonNull(problem);
        try {
            Call call = Call.parse(lines.getFirst(), "/v2", path, ENDPOINTS);
            call.job().ifPresent(id -> Objects.requireNonNull(id.createdAt()));
            Objects.requireNonNull(call.right());
        } catch (HttpFailure refusal) {
            requireRefusal(refusal);
        }
    }

    @FuzzTest(maxDuration = "1h")
    void header(byte[] values) throws Exception {
        var keys = new KeyRing(List.of(ApiKey.ofPlain("alice", "hk-correct-horse")));
        for (String value : lines(values)) {
            for (Reading reading :
                    List.<Reading>of(
                            ContentRange::parse,
                            IdempotencyKey::parse,
                            text -> ExpectedHash.ofDigest("Content-Digest", text),
                            text -> ExpectedHash.ofHex("X-Heritage-SHA-256", text),
                            MediaReference::parse,
                            keys::keyOf)) {
                try {
                    Objects.requireNonNull(reading.read(value));
                } catch (HttpFailure refusal) {
                    requireRefusal(refusal);
                }
            }
        }
    }

    /** Reads the value of a header. */
    @FunctionalInterface
    private interface Reading {
        Object read(String text) throws IOException;
    }

    private static List<String> lines(byte[] bytes) {
        return List.of(new String(bytes, ISO_8859_1).split("\n", -1));
    }

    private static void requireRefusal(Exception e) {
        if (!isRefusal(e) || String.valueOf(e.getMessage()).isBlank()) {
            throw new IllegalStateException("no refusal that tells why", e);
        }
    }

    private void requireNothingHeld() {
        if (memory.used() != 0 || turns.underWay() != 0) {
            throw new IllegalStateException("memory or a turn is still held");
        }
    }
}
