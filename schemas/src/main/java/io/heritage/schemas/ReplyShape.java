package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a finished job's output stands in the reply. */
public enum ReplyShape {
    /** RunPod's: {@code {"id":…,"status":…,"output":{…}}}. */
    ENVELOPE,
    /** Only the output's own fields, as the restoration service documented them. */
    FLAT,
    /** The envelope, and the output's fields beside it. */
    BOTH;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
