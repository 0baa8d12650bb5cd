package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.net.http.HttpResponse;

/** What a request is answered; {@link Replies} writes it. */
public sealed interface Answer {

    record Json(JsonNode body) implements Answer {}

    /** One of Heritage's own messages, for another sink. */
    record Message(Object message) implements Answer {}

    /**
     * @param owner of the job, who gets no more than a share of what can be sent at the same time
     */
    record Reply(String owner, ReplyBody body) implements Answer {}

    /** A reply that brings something about if the caller gets all of it. */
    record Delivery(String owner, ReplyBody body, Effect effect) implements Answer {}

    /** Another sink's answer as it is. */
    record Forwarded(HttpResponse<InputStream> answer) implements Answer {}

    record Refusal(int status, String text) implements Answer {}

    /** To be asked again in a second. */
    record Unavailable(String text) implements Answer {}

    /** What a {@link Delivery} brings about. Closed when the answer has been sent or has failed. */
    interface Effect extends AutoCloseable {

        /**
         * Done when all but the last byte has been sent: a caller that never got all of the answer
         * has it not done, one that got it has.
         */
        void beforeLastByte() throws InterruptedException;

        @Override
        void close();
    }
}
