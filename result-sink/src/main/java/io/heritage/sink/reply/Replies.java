package io.heritage.sink.reply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.heritage.http.Relay;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.TransportUnavailable;
import io.heritage.transport.media.MediaLost;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes answers. Their length is always announced, so clients detect a truncated answer. */
public final class Replies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final String EVENTS = "text/event-stream";
    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    /** Sent instead of a part; a client that reconnects would get the same. */
    private static final byte[] LOST =
            "event: lost\ndata: {\"error\":\"result expired: its media are no longer kept\"}\n\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** Shorter than a gateway waits for an answer. */
    private static final Duration SLOT_WITHIN = Duration.ofSeconds(4);

    /** Together with the wait for a slot, still shorter than a gateway waits. */
    private static final Duration FIRST_WITHIN = Duration.ofSeconds(7);

    private final MediaSource media;
    private final ReplySlots slots;
    private final ReaderPace pace;
    private final Duration slotWithin;
    private final FileReplies files;

    /**
     * @param atOnce replies with media written at the same time
     * @param readers of media; no more replies are written at a time than there are
     */
    public Replies(MediaSource media, int atOnce, int readers) {
        this(media, new ReplySlots(atOnce, readers));
    }

    private Replies(MediaSource media, ReplySlots slots) {
        this(media, slots, new ReaderPace(slots::isAwaited, System::nanoTime), SLOT_WITHIN);
    }

    /**
     * @param pace is closed with this
     * @param slotWithin how long a reply waits for a slot
     */
    Replies(MediaSource media, ReplySlots slots, ReaderPace pace, Duration slotWithin) {
        this.media = media;
        this.slots = slots;
        this.pace = pace;
        this.slotWithin = slotWithin;
        this.files = new FileReplies(media, pace);
    }

    /**
     * @param hangUp closes the connection, whatever is being written to it; called on another
     *     thread if the reader is too slow
     */
    public void write(ServerResponse response, Answer answer, Runnable hangUp)
            throws InterruptedException {
        switch (answer) {
            case Answer.Json json -> json(response, json.body());
            case Answer.Message message -> sendBytes(response, Wire.encode(message.message()));
            case Answer.Reply(String owner, ReplyBody body) when body.hasMedia() ->
                    sendInSlot(response, owner, body, Optional.empty(), hangUp);
            case Answer.Reply reply -> sendWhole(response, reply.body());
            case Answer.Delivery delivery -> {
                try (Answer.Effect effect = delivery.effect()) {
                    sendInSlot(
                            response,
                            delivery.owner(),
                            delivery.body(),
                            Optional.of(effect),
                            hangUp);
                }
            }
            case Answer.File file when file.isWithoutBytes() -> {
                FileReplies.headers(response, file);
                response.send();
            }
            case Answer.File file ->
                    fileInSlot(response, file.owner(), () -> files.file(response, file, hangUp));
            case Answer.NotModified known -> {
                notModified(response, known);
                response.send();
            }
            case Answer.Picture picture -> picture(response, picture, hangUp);
            case Answer.Zip zip ->
                    fileInSlot(response, zip.owner(), () -> files.zip(response, zip, hangUp));
            case Answer.Live live -> live(response, live.events(), hangUp);
            case Answer.Parts parts -> parts(response, parts, hangUp);
            case Answer.Forwarded forwarded -> Relay.pass(forwarded.answer(), response);
            case Answer.Refusal error -> error(response, error.status(), error.text());
            case Answer.Unavailable unavailable -> unavailable(response, unavailable.text());
        }
    }

    /** As {@link #write}, without a body. */
    public void writeHead(ServerResponse response, Answer answer) {
        switch (answer) {
            case Answer.Forwarded forwarded -> {
                Relay.passHead(forwarded.answer(), response);
                return;
            }
            case Answer.File file -> FileReplies.headers(response, file);
            case Answer.Zip zip -> FileReplies.headers(response, zip);
            case Answer.NotModified known -> notModified(response, known);
            case Answer.Picture picture -> {
                FileReplies.headers(response, picture);
                delete(picture.png());
            }
            case Answer.Refusal error -> response.status(error.status());
            case Answer.Unavailable _ -> response.status(Status.SERVICE_UNAVAILABLE_503);
            case Answer.Json _,
                    Answer.Message _,
                    Answer.Reply _,
                    Answer.Delivery _,
                    Answer.Live _,
                    Answer.Parts _ ->
                    response.header(HeaderNames.CONTENT_TYPE.defaultCase(), JSON);
        }
        response.send();
    }

    @Override
    public void close() {
        pace.close();
    }

    private void sendInSlot(
            ServerResponse response,
            String owner,
            ReplyBody body,
            Optional<Answer.Effect> effect,
            Runnable hangUp)
            throws InterruptedException {
        long start = System.nanoTime();
        if (slots.take(owner, slotWithin)) {
            try {
                Duration left = FIRST_WITHIN.minusNanos(System.nanoTime() - start);
                sendStreamed(response, body, effect, left, hangUp);
            } finally {
                slots.giveBack(owner);
            }
        } else {
            unavailable(response, "too many large results are being sent, try again");
        }
    }

    private void live(ServerResponse response, Answer.Events events, Runnable hangUp)
            throws InterruptedException {
        response.header(HeaderNames.CONTENT_TYPE.defaultCase(), EVENTS);
        response.header(HeaderNames.CACHE_CONTROL.defaultCase(), "no-store");
        try (events;
                OutputStream out = pace.watch(response.outputStream(), hangUp)) {
            events.to(out);
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("event stream aborted", e);
        }
    }

    private void parts(ServerResponse response, Answer.Parts answer, Runnable hangUp)
            throws InterruptedException {
        response.header(HeaderNames.CONTENT_TYPE.defaultCase(), EVENTS);
        response.header(HeaderNames.CACHE_CONTROL.defaultCase(), "no-store");
        try (Answer.NextParts parts = answer.parts();
                OutputStream out = pace.watch(response.outputStream(), hangUp)) {
            out.write(COMMENT);
            out.flush();
            boolean last = false;
            while (!last) {
                Answer.Burst burst = parts.next();
                last =
                        burst.hasMedia()
                                ? partsInSlot(out, answer.owner(), burst)
                                : partEvents(out, burst);
                out.flush();
            }
        } catch (IOException | UncheckedIOException | TransportUnavailable e) {
            throw new CloseConnectionException("event stream aborted", e);
        }
    }

    private boolean partsInSlot(OutputStream out, String owner, Answer.Burst burst)
            throws IOException, InterruptedException {
        while (!slots.take(owner, slotWithin)) {
            out.write(COMMENT);
            out.flush();
        }
        try {
            return partEvents(out, burst);
        } finally {
            slots.giveBack(owner);
        }
    }

    /**
     * @return whether these were the last
     */
    private boolean partEvents(OutputStream out, Answer.Burst burst) throws IOException {
        if (burst.events().isEmpty()) {
            out.write(COMMENT);
        }
        for (Answer.PartEvent event : burst.events()) {
            boolean begun = false;
            try (ReplyStream data = event.data().open(media)) {
                data.awaitFirstMedia();
                begun = true;
                out.write(
                        "id: %s\nevent: %s\ndata: "
                                .formatted(event.id(), event.type())
                                .getBytes(StandardCharsets.US_ASCII));
                data.transferTo(out);
                out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
            } catch (MediaLost e) {
                if (begun) {
                    throw e; // within an event nothing else can be told
                }
                log("media of a part are gone", e);
                out.write(LOST);
                return true;
            }
        }
        return burst.last();
    }

    private static void notModified(ServerResponse response, Answer.NotModified known) {
        response.header(HeaderNames.ETAG, known.etag());
        response.header(HeaderNames.CACHE_CONTROL, "private");
        response.status(Status.NOT_MODIFIED_304);
    }

    private void picture(ServerResponse response, Answer.Picture picture, Runnable hangUp)
            throws InterruptedException {
        try {
            fileInSlot(response, picture.owner(), () -> files.picture(response, picture, hangUp));
        } finally {
            delete(picture.png());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log("a temporary file was not deleted", e);
        }
    }

    @FunctionalInterface
    private interface Sending {
        void send() throws IOException;
    }

    private void fileInSlot(ServerResponse response, String owner, Sending sending)
            throws InterruptedException {
        if (!slots.take(owner, slotWithin)) {
            unavailable(response, "too many large results are being sent, try again");
            return;
        }
        try {
            sending.send();
        } catch (FileReplies.BrokenOff e) {
            log("file reply aborted", e);
            throw new CloseConnectionException("file reply aborted", e);
        } catch (MediaLost e) {
            log("result media are gone", e);
            error(response, 404, "result expired: its media are no longer kept");
        } catch (IOException e) {
            log("result media cannot be read", e);
            mediaUnreadable(response, e);
        } catch (TransportUnavailable e) {
            log("result media cannot be read", e);
            unavailable(response, "the result's media cannot be read at the moment");
        } finally {
            slots.giveBack(owner);
        }
    }

    private static void json(ServerResponse response, JsonNode body) {
        try {
            sendBytes(response, Wire.json().writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write a reply as JSON", e);
        }
    }

    /** Both keys, because clients look for either (docs/spec/runpod.md, section 1.10). */
    private static void error(ServerResponse response, int status, String text) {
        response.status(status);
        json(
                response,
                JsonNodeFactory.instance.objectNode().put("detail", text).put("error", text));
    }

    private static void unavailable(ServerResponse response, String text) {
        response.header(HeaderNames.RETRY_AFTER.defaultCase(), "1");
        error(response, 503, text);
    }

    private void sendWhole(ServerResponse response, ReplyBody body) {
        try (ReplyStream stream = body.open(media)) {
            sendBytes(response, stream.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("a reply without media cannot break off", e);
        }
    }

    private void sendStreamed(
            ServerResponse response,
            ReplyBody body,
            Optional<Answer.Effect> effect,
            Duration firstWithin,
            Runnable hangUp) {
        try (ReplyStream stream = body.open(media)) {
            try {
                stream.awaitFirstMedia(firstWithin);
            } catch (TimeoutException e) {
                unavailable(response, "the result's media were not read in time, try again");
                return;
            } catch (MediaLost e) {
                log("result media are gone", e);
                error(response, 404, "result expired: its media are no longer kept");
                return;
            } catch (IOException e) {
                log("result media cannot be read", e);
                mediaUnreadable(response, e);
                return;
            }
            stream(response, body, stream, effect, hangUp);
        }
    }

    private static void mediaUnreadable(ServerResponse response, IOException e) {
        if (e.getCause() instanceof TransportUnavailable) {
            unavailable(response, "the result's media cannot be read at the moment");
        } else {
            error(response, 500, "the result's media cannot be read");
        }
    }

    private void stream(
            ServerResponse response,
            ReplyBody body,
            ReplyStream stream,
            Optional<Answer.Effect> effect,
            Runnable hangUp) {
        response.header(HeaderNames.CONTENT_TYPE.defaultCase(), JSON);
        response.contentLength(body.length());
        try (OutputStream out = pace.watch(response.outputStream(), hangUp)) {
            if (effect.isPresent()) {
                var held = new HoldLastByteStream(out);
                stream.transferTo(held);
                held.flush();
                effect.get().beforeLastByte();
                held.release();
            } else {
                stream.transferTo(out);
            }
        } catch (IOException | UncheckedIOException | TransportUnavailable e) {
            log("reply aborted", e);
            throw new CloseConnectionException("reply aborted", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("reply aborted: the sink is closing", e);
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
