package io.heritage.sink.store;

import io.heritage.schemas.Payload;
import java.util.List;

/**
 * Consecutive parts of a job's result.
 *
 * @param next index of the part after the last of them
 */
public record ResultParts(List<Payload> payloads, int next) {
    public ResultParts {
        payloads = List.copyOf(payloads);
    }

    public static ResultParts none(int from) {
        return new ResultParts(List.of(), from);
    }
}
