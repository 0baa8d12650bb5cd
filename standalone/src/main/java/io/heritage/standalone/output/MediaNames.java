package io.heritage.standalone.output;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** File extensions of images and videos. */
public final class MediaNames {
    private static final Set<String> IMAGES =
            Set.of(
                    "png", "jpg", "jpeg", "webp", "bmp", "tif", "tiff", "heic", "heif", "hif",
                    "avif");
    private static final Set<String> VIDEOS =
            Set.of(
                    "mp4", "webm", "mov", "mkv", "avi", "m4v", "mpg", "mpeg", "ts", "mts", "m2ts",
                    "wmv", "asf", "flv", "ogv", "3gp", "vob", "mxf", "y4m", "nut", "ivf", "h264",
                    "hevc", "gif");

    private MediaNames() {}

    public static boolean isMedia(Path file) {
        return IMAGES.contains(ending(file)) || isVideo(file);
    }

    public static boolean isVideo(Path file) {
        return VIDEOS.contains(ending(file));
    }

    /** The extension in lower case; empty if there is none. */
    public static String ending(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(dot + 1) : "";
    }
}
