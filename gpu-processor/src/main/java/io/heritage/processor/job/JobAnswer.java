package io.heritage.processor.job;

import io.heritage.schemas.Division;
import io.heritage.schemas.Payload;

/** The answer of a handler to a job. */
public sealed interface JobAnswer {

    /**
     * @param payload the output; all media that it refers to is durable
     */
    record Output(Payload payload) implements JobAnswer {}

    /** The job is for several workers. */
    record InParts(Division division) implements JobAnswer {}
}
