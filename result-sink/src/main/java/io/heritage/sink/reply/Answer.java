package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The answer to a request; {@link Replies} writes it. */
public sealed interface Answer {

    record Json(JsonNode body) implements Answer {}

    /** One of Heritage's own messages, for another sink. */
    record Message(Object message) implements Answer {}

    /**
     * @param owner of the job, who gets no more than a share of what can be sent at the same time
     */
    record Reply(String owner, ReplyBody body) implements Answer {}

    /** A reply with an effect once it is fully delivered. */
    record Delivery(String owner, ReplyBody body, Effect effect) implements Answer {}

    /**
     * One piece of media as it is.
     *
     * @param notModified whether the caller has it already
     */
    record File(String owner, OutputFile file, FileRange range, boolean notModified)
            implements Answer {

        boolean isWithoutBytes() {
            return notModified || range.kind() == FileRange.Kind.NOWHERE;
        }
    }

    /**
     * A picture that was made for this request.
     *
     * @param png deleted when it has been sent
     * @param facts headers
     */
    record Picture(String owner, Path png, long bytes, String etag, Map<String, String> facts)
            implements Answer {}

    /** The caller has what it asks for. */
    record NotModified(String etag) implements Answer {}

    /**
     * Several pieces of media in an archive.
     *
     * @param name of the archive
     * @param files at least one
     */
    record Zip(String owner, String name, List<OutputFile> files) implements Answer {}

    /** Server-sent events for as long as the caller stays, or there are any. */
    record Live(Events events) implements Answer {}

    /** Parts of a result as server-sent events, as they become ready. */
    record Parts(String owner, NextParts parts) implements Answer {}

    /** Another sink's answer as it is. */
    record Forwarded(HttpResponse<InputStream> answer) implements Answer {}

    record Refusal(int status, String text) implements Answer {}

    /** 503: the client should retry in a second. */
    record Unavailable(String text) implements Answer {}

    /** Writes events until they end; closed then. */
    interface Events extends AutoCloseable {
        void to(OutputStream out) throws IOException, InterruptedException;

        @Override
        void close();
    }

    /** Source of parts, read until its last; closed then. */
    interface NextParts extends AutoCloseable {

        /** Waits some seconds at most for parts. */
        Burst next() throws InterruptedException;

        @Override
        void close();
    }

    /**
     * Events to be sent together.
     *
     * @param events none if there is nothing new
     * @param last whether there is no more to come
     */
    record Burst(List<PartEvent> events, boolean last) {
        public static final Burst LAST = new Burst(List.of(), true);

        public Burst {
            events = List.copyOf(events);
        }

        boolean hasMedia() {
            return events.stream().anyMatch(event -> event.data().hasMedia());
        }
    }

    /**
     * One event.
     *
     * @param id from which a reconnecting caller resumes
     */
    record PartEvent(String type, String id, ReplyBody data) {}

    /** What a {@link Delivery} brings about. Closed when the answer has been sent or has failed. */
    interface Effect extends AutoCloseable {

        /**
         * Runs when all but the last byte has been sent. So it does not run for a caller that gets
         * only a part of the answer, and has run for one that gets all.
         */
        void beforeLastByte() throws InterruptedException;

        @Override
        void close();
    }
}
