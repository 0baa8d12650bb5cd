package io.heritage.standalone.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a folder of media is searched for: all that docs/media.md lists as read. */
class MediaNamesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "png", "bmp", "tiff", "tif", "jpg", "jpeg", "webp", "heic", "heif", "hif", "avif"
            })
    void thePicturesThatAreReadAreFound(String ending) {
        assertThat(MediaNames.isMedia(Path.of("a." + ending))).isTrue();
        assertThat(MediaNames.isVideo(Path.of("a." + ending))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mp4", "mov", "mkv", "webm", "avi", "wmv", "asf", "flv", "mpg", "mpeg", "vob", "ts",
                "mts", "m2ts", "mxf", "3gp", "y4m", "gif", "nut", "ivf", "h264", "hevc", "VOB"
            })
    void theVideosThatAreReadAreFound(String ending) {
        assertThat(MediaNames.isVideo(Path.of("a." + ending))).isTrue();
        assertThat(MediaNames.isMedia(Path.of("a." + ending))).isTrue();
    }

    @Test
    void whatIsNoneIsNotTaken() {
        for (String name : new String[] {"a.txt", "mp4", ".mp4", "a.mp4.json", "a."}) {
            assertThat(MediaNames.isMedia(Path.of(name))).as(name).isFalse();
        }
    }
}
