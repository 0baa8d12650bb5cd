package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Shape of a finished job's reply. */
public enum ReplyShape {
    /** RunPod's: {@code {"id":…,"status":…,"output":{…}}}. */
    ENVELOPE,
    /** Only the output's fields, as the SeedVR service documents them. */
    FLAT,
    /** The envelope with the output's fields beside it. */
    BOTH;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
