package io.heritage.sink.reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaLost;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers. Their length is always announced: one that breaks off in the middle is cut, and
 * the client can tell.
 */
public final class Replies {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final int SLOT_WITHIN_SECONDS = 30;

    private final MediaSource media;
    private final Semaphore slots;

    /**
     * @param atOnce replies with media written at the same time
     */
    public Replies(MediaSource media, int atOnce) {
        this.media = media;
        this.slots = new Semaphore(atOnce);
    }

    public void send(ServerResponse response, ReplyBody body) throws InterruptedException {
        if (body.hasMedia()) {
            sendInSlot(response, body, Optional.empty());
        } else {
            sendWhole(response, body);
        }
    }

    /**
     * @param beforeEnd done when all but the last byte has been sent: a caller that never got all
     *     of the answer has it not done, one that got it has
     */
    public void send(ServerResponse response, ReplyBody body, BeforeEnd beforeEnd)
            throws InterruptedException {
        sendInSlot(response, body, Optional.of(beforeEnd));
    }

    /** What an answer brings about. */
    @FunctionalInterface
    public interface BeforeEnd {
        void run() throws InterruptedException;
    }

    private void sendInSlot(ServerResponse response, ReplyBody body, Optional<BeforeEnd> beforeEnd)
            throws InterruptedException {
        if (slots.tryAcquire(SLOT_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            try {
                sendStreamed(response, body, beforeEnd);
            } finally {
                slots.release();
            }
        } else {
            unavailable(response, "too many large replies are under way");
        }
    }

    public void json(ServerResponse response, JsonNode body) {
        try {
            sendBytes(response, Wire.json().writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a reply as JSON", e);
        }
    }

    public void message(ServerResponse response, Object message) {
        sendBytes(response, Wire.encode(message));
    }

    /** Both keys, because clients look for either (RunPod contract, section 1.10). */
    public void error(ServerResponse response, int status, String text) {
        response.status(status);
        json(
                response,
                JsonNodeFactory.instance.objectNode().put("detail", text).put("error", text));
    }

    public void unavailable(ServerResponse response, String text) {
        response.header(HeaderNames.RETRY_AFTER.defaultCase(), "1");
        error(response, 503, text);
    }

    /** Another sink's answer as it is. */
    public void pipe(ServerResponse response, HttpResponse<InputStream> answer) {
        response.status(answer.statusCode());
        for (String header : new String[] {"content-type", "retry-after"}) {
            answer.headers().firstValue(header).ifPresent(v -> response.header(header, v));
        }
        answer.headers().firstValueAsLong("content-length").ifPresent(response::contentLength);
        try (InputStream in = answer.body();
                OutputStream out = response.outputStream()) {
            in.transferTo(out);
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("answer of another sink broke off", e);
        }
    }

    private void sendWhole(ServerResponse response, ReplyBody body) {
        try (ReplyStream stream = body.open(media)) {
            sendBytes(response, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a reply without media cannot break off", e);
        }
    }

    private void sendStreamed(
            ServerResponse response, ReplyBody body, Optional<BeforeEnd> beforeEnd) {
        try (ReplyStream stream = body.open(media)) {
            try {
                stream.awaitFirstMedia();
            } catch (MediaLost e) {
                log("result media are gone", e);
                error(response, 404, "result expired: its media are no longer kept");
                return;
            } catch (IOException e) {
                log("result media cannot be read", e);
                mediaUnreadable(response, e);
                return;
            }
            stream(response, body, stream, beforeEnd);
        }
    }

    private void mediaUnreadable(ServerResponse response, IOException e) {
        if (e.getCause() instanceof TransportUnavailable) {
            unavailable(response, "the result's media cannot be read at the moment");
        } else {
            error(response, 500, "the result's media cannot be read");
        }
    }

    private static void stream(
            ServerResponse response,
            ReplyBody body,
            ReplyStream stream,
            Optional<BeforeEnd> beforeEnd) {
        response.header(HeaderNames.CONTENT_TYPE.defaultCase(), JSON);
        response.contentLength(body.length());
        try (OutputStream out = response.outputStream()) {
            if (beforeEnd.isPresent()) {
                var held = new HoldLastByteStream(out);
                stream.transferTo(held);
                held.flush();
                beforeEnd.get().run();
                held.release();
            } else {
                stream.transferTo(out);
            }
        } catch (IOException | UncheckedIOException | TransportUnavailable e) {
            log("reply broke off", e);
            throw new CloseConnectionException("reply broke off", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("reply broke off: the sink is closing", e);
        }
    }

    private static void sendBytes(ServerResponse response, byte[] bytes) {
        response.header(HeaderNames.CONTENT_TYPE.defaultCase(), JSON);
        response.send(bytes);
    }

    private static void log(String what, Exception e) {
        LOG.atWarn().addKeyValue("error", e.toString()).log(what);
    }
}
