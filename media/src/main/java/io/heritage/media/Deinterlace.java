package io.heritage.media;

import java.util.Locale;

/** Treatment of interlaced frames, whose two fields have different times. */
public enum Deinterlace {
    /**
     * If the video is marked as interlaced, interpolates the missing rows of the first field
     * (FFmpeg's bwdif): the same number of frames, at the same times, without combs.
     */
    AUTO,
    /** Leaves the rows unchanged. */
    OFF;

    /** {@code auto} or {@code off}: its name in requests. */
    public String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Deinterlace named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }
}
