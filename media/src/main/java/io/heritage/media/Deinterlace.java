package io.heritage.media;

import java.util.Locale;

/** What happens to frames that hold two fields, each every other row at its own time. */
public enum Deinterlace {
    /**
     * Where the video says that it is interlaced, the missing rows of the first field are made up
     * (FFmpeg's bwdif): as many frames, at the same times, without combs.
     */
    AUTO,
    /** The rows stay as they are. */
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
