package io.heritage.sink;

import io.heritage.schemas.Payload;
import java.util.List;

/**
 * Some parts of a job's result, one behind the other.
 *
 * @param next index of the part after the last of them
 */
record JobParts(List<Payload> payloads, int next) {
    JobParts {
        payloads = List.copyOf(payloads);
    }
}
