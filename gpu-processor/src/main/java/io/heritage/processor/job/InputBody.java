package io.heritage.processor.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;

/** The {@code input} object of a job. */
public final class InputBody {
    private InputBody() {}

    public static ObjectNode of(Job job) throws InvalidInput {
        if (job.input().body() instanceof ObjectNode body) {
            return body;
        }
        throw new InvalidInput(
                "input: expected an object, found " + job.input().body().getNodeType());
    }
}
