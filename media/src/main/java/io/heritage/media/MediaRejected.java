package io.heritage.media;

import org.jspecify.annotations.Nullable;

/**
 * A picture or video that a job cannot use. The message says what was found and what was expected;
 * the caller, which knows the input, puts its name in front with {@link #of(String)}.
 */
public sealed class MediaRejected extends RuntimeException permits NotAVideo {

    public MediaRejected(String message) {
        this(message, null);
    }

    public MediaRejected(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * The same refusal prefixed with the input's name: {@code start_image_base64: 1x1 pixels ...}.
     */
    public MediaRejected of(String input) {
        return new MediaRejected(input + ": " + getMessage(), this);
    }
}
