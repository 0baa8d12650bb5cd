package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Name of a processor, unique among those alive; clients see it as {@code workerId}. */
public record WorkerId(@JsonValue String value) {
    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    @JsonCreator
    public WorkerId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "worker id '" + value + "' must consist of 1 to 64 of A-Z a-z 0-9 _ -");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
