package io.heritage.sink.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderName;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.Samples;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One slot for all, and readers whose pace is taken by a clock that the test moves. */
class RepliesTest {
    private static final int LENGTH = 200_000;
    private static final MediaRef MEDIA =
            Samples.media(new Samples(Clock.systemUTC()).job(), "video.mp4", LENGTH);

    @TempDir Path folder;
    private final AtomicLong nanos = new AtomicLong(1);
    private final ReplySlots slots = new ReplySlots(1);
    private final ReaderPace pace = new ReaderPace(slots::isAwaited, nanos::get);
    private final Replies replies =
            new Replies(
                    _ -> new ByteArrayInputStream(new byte[LENGTH]), slots, pace, Duration.ZERO);
    private final AtomicBoolean cutOff = new AtomicBoolean();

    /** What is written for as long as its reader wants. */
    private enum Kind {
        REPLY,
        DELIVERY,
        FILE,
        PICTURE,
        ARCHIVE,
        EVENTS
    }

    @AfterEach
    void close() {
        replies.close();
    }

    @ParameterizedTest
    @EnumSource
    void aReaderThatTakesNothingIsCutOffAndItsSlotIsFreed(Kind kind) throws Exception {
        var stalled = new Response(untilCutOff());
        assertThatThrownBy(
                        () -> replies.write(stalled.server(), answer(kind), () -> cutOff.set(true)))
                .isInstanceOf(CloseConnectionException.class);
        assertThat(cutOff).isTrue();

        var read = new Response(OutputStream.nullOutputStream());
        replies.write(read.server(), answer(kind), () -> {});
        assertThat(read.status).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLY", "DELIVERY", "FILE", "PICTURE", "ARCHIVE"})
    void whoeverFindsNoSlotIsToldSoAndToTryAgain(Kind kind) throws Exception {
        assertThat(slots.take("mallory", Duration.ZERO)).isTrue();

        var refused = new Response(OutputStream.nullOutputStream());
        replies.write(refused.server(), answer(kind), () -> {});

        assertThat(refused.status).isEqualTo(503);
        assertThat(refused.headers).containsEntry("Retry-After", "1");
        JsonNode told = Wire.json().readTree(refused.sent.toByteArray());
        assertThat(told.path("error").asText())
                .isEqualTo("too many large results are being sent, try again");
    }

    private Answer answer(Kind kind) throws IOException {
        var file = new OutputFile(MEDIA);
        ReplyBody body =
                ReplyBody.of(
                        Map.of(
                                "output",
                                new Payload(
                                        Samples.json("{'video':{'$media':0}}"), List.of(MEDIA))));
        return switch (kind) {
            case REPLY -> new Answer.Reply("alice", body);
            case DELIVERY -> new Answer.Delivery("alice", body, new Nothing());
            case FILE -> new Answer.File("alice", file, FileRange.of("", "", file), false);
            case PICTURE -> {
                Path png = Files.write(folder.resolve("frame.png"), new byte[LENGTH]);
                yield new Answer.Picture("alice", png, LENGTH, "\"e\"", Map.of());
            }
            case ARCHIVE -> new Answer.Zip("alice", "all.zip", List.of(file));
            case EVENTS -> new Answer.Live(new Nothing());
        };
    }

    /** A minute passes at each write to it. */
    private OutputStream untilCutOff() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[1], 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                nanos.addAndGet(Duration.ofMinutes(1).toNanos());
                pace.look();
                if (cutOff.get()) {
                    throw new IOException("the connection is closed");
                }
            }
        };
    }

    /** Without consequences. */
    private static final class Nothing implements Answer.Effect, Answer.Events {
        @Override
        public void beforeLastByte() {}

        @Override
        public void to(OutputStream out) throws IOException {
            out.write(new byte[100]);
        }

        @Override
        public void close() {}
    }

    /** What a server is told to send. */
    private static final class Response {
        private final OutputStream out;
        private final Map<String, String> headers = new HashMap<>();
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        private int status = 200;

        Response(OutputStream out) {
            this.out = out;
        }

        ServerResponse server() {
            return (ServerResponse)
                    Proxy.newProxyInstance(
                            ServerResponse.class.getClassLoader(),
                            new Class<?>[] {ServerResponse.class},
                            this::answer);
        }

        private Object answer(Object server, Method method, Object[] arguments) throws IOException {
            switch (method.getName()) {
                case "outputStream" -> {
                    return out;
                }
                case "headers" -> {
                    return ServerResponseHeaders.create();
                }
                case "status" -> status = (int) arguments[0];
                case "header" -> {
                    Object name = arguments[0];
                    headers.put(
                            name instanceof HeaderName known ? known.defaultCase() : (String) name,
                            String.join(",", (String[]) arguments[1]));
                }
                case "send" -> sent.write((byte[]) arguments[0]);
                default -> {}
            }
            return server;
        }
    }
}
