package io.heritage.schemas;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Why a job failed, for programs: {@code output.error_code} beside the text in {@code error}. */
public enum ErrorCode {
    /** The input is wrong, media apart. */
    BAD_INPUT,
    /** A picture or a video cannot be read, or is too large. */
    BAD_MEDIA,
    /** The job is not possible as requested, or here: the text says what to change. */
    NOT_POSSIBLE,
    OUT_OF_MEMORY,
    EXECUTION_TIMEOUT,
    /** Every worker that began it stopped before finishing. */
    WORKER_LOST,
    /** Its time to live was over. */
    EXPIRED,
    INTERNAL;

    /** The output of a failed job. */
    public ObjectNode output() {
        return JsonNodeFactory.instance.objectNode().put("error_code", name());
    }
}
