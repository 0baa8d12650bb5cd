package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageResamplerTest {

    private static final FrameSize GOLDEN_SIZE = new FrameSize(32, 24);

    private final ImageResampler resampler = new ImageResampler();

    @ParameterizedTest
    @ValueSource(strings = {"start", "end"})
    void croppingAndLanczosMatchTheReference(String image) {
        RgbFrame fitted = resampler.fit(golden("in." + image), GOLDEN_SIZE);
        RgbFrame expected = golden("out." + image + "_lanczos");
        assertThat(TestMedia.worstDifference(fitted, expected)).isLessThanOrEqualTo(1);
        assertThat(TestMedia.meanDifference(fitted, expected)).isLessThanOrEqualTo(0.1);
    }

    @Test
    void theCropIsCentredAndRoundsHalfToEven() {
        assertThat(CropBox.centred(50, 38, GOLDEN_SIZE)).isEqualTo(new CropBox(0, 0, 50, 38));
        assertThat(CropBox.centred(36, 60, GOLDEN_SIZE)).isEqualTo(new CropBox(0, 16, 36, 28));
    }

    @Test
    void theSameSizeChangesNothing() {
        RgbFrame picture = TestMedia.drawn(70, 50, 3);
        assertThat(
                        TestMedia.worstDifference(
                                resampler.fit(picture, new FrameSize(70, 50)), picture))
                .isZero();
    }

    @Test
    void anEvenPictureStaysEvenAtEverySize() {
        RgbFrame picture = TestMedia.even(97, 61, 255, 0, 77);
        for (FrameSize size :
                new FrameSize[] {
                    new FrameSize(16, 16), new FrameSize(333, 200), new FrameSize(97, 5)
                }) {
            RgbFrame resized = resampler.fit(picture, size);
            assertThat(
                            TestMedia.worstDifference(
                                    resized,
                                    TestMedia.even(size.width(), size.height(), 255, 0, 77)))
                    .isZero();
        }
    }

    @Test
    void theSizeRuleFollowsItsTable() {
        String table =
                new String(TestMedia.bytes("size_rule.json"), StandardCharsets.UTF_8)
                        .replaceAll("\\s", "");
        Matcher line =
                Pattern.compile(
                                "\"w\":(\\d+),\"h\":(\\d+),\"resolution\":(\\d+),\"out\":\\[(\\d+),(\\d+)]")
                        .matcher(table);
        int lines = 0;
        while (line.find()) {
            lines++;
            assertThat(ResolutionRule.sizeAt(number(line, 1), number(line, 2), number(line, 3)))
                    .as(line.group())
                    .isEqualTo(new FrameSize(number(line, 4), number(line, 5)));
        }
        assertThat(lines).isEqualTo(24);
    }

    @Test
    void aPictureBeyondFourToOneIsRefused() {
        assertThat(ResolutionRule.sizeAt(400, 100, 480)).isEqualTo(new FrameSize(1920, 480));
        assertThatThrownBy(() -> ResolutionRule.sizeAt(401, 100, 480))
                .isInstanceOf(MediaRejected.class)
                .hasMessage("401x100 pixels are more than 4:1, crop the picture to 4:1 or less");
    }

    private static int number(Matcher line, int group) {
        return Integer.parseInt(line.group(group));
    }

    /** An 8 bit picture {@code [height, width, 3]} of the safetensors file. */
    private static RgbFrame golden(String name) {
        ByteBuffer file =
                ByteBuffer.wrap(TestMedia.bytes("image_resize.safetensors"))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int headerBytes = (int) file.getLong(0);
        String header =
                new String(file.array(), 8, headerBytes, StandardCharsets.UTF_8)
                        .replaceAll("\\s", "");
        Matcher entry =
                Pattern.compile(
                                "\""
                                        + Pattern.quote(name)
                                        + "\":\\{\"dtype\":\"U8\",\"shape\":\\[(\\d+),(\\d+),3],\"data_offsets\":\\[(\\d+),")
                        .matcher(header);
        assertThat(entry.find()).as(name).isTrue();
        return RgbFrame.copyOf(
                number(entry, 2),
                number(entry, 1),
                file.position(8 + headerBytes + number(entry, 3)));
    }
}
