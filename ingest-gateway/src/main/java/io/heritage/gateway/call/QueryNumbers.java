package io.heritage.gateway.call;

import io.helidon.webserver.http.ServerRequest;
import io.heritage.gateway.error.HttpFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Numbers in the query of a request. */
public final class QueryNumbers {
    /** Default wait for the end of a job. */
    public static final Duration DEFAULT_WAIT = Duration.ofSeconds(90);

    private static final long MIN_WAIT_MILLIS = 1_000;
    private static final long MAX_WAIT_MILLIS = 300_000;

    private QueryNumbers() {}

    /**
     * Our own parameter. Anything but a number is refused: if it were ignored, parts would be given
     * to a caller who did not ask for them.
     */
    public static OptionalInt from(ServerRequest request) {
        Optional<String> text = request.query().first("from").asOptional().map(String::strip);
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        if (!text.get().matches("\\d{1,9}")) {
            throw HttpFailure.badRequest(
                    "from: expected a number of parts, 0 or more, found '" + text.get() + "'");
        }
        return OptionalInt.of(Integer.parseInt(text.get()));
    }

    public static Duration waitOf(ServerRequest request, Duration otherwise) {
        OptionalLong asked = number(request, "wait");
        return asked.isEmpty()
                ? otherwise
                : Duration.ofMillis(
                        Math.clamp(asked.getAsLong(), MIN_WAIT_MILLIS, MAX_WAIT_MILLIS));
    }

    /** Also empty if it is not a number, which RunPod ignores too. */
    public static OptionalLong number(ServerRequest request, String parameter) {
        try {
            return request.query()
                    .first(parameter)
                    .map(text -> OptionalLong.of(Long.parseLong(text.strip())))
                    .orElse(OptionalLong.empty());
        } catch (NumberFormatException notANumber) {
            return OptionalLong.empty();
        }
    }
}
