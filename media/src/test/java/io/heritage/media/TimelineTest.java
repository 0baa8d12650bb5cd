package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Files whose clock begins elsewhere than at 0, or jumps. */
class TimelineTest {

    /** 25 frames a second, and 1024 samples of 48 kHz a packet, in milliseconds. */
    private static final long FRAME = 40;

    private static final double PACKET = 1024 / 48.0;

    @TempDir private Path folder;

    /** The transport stream's clock wraps in two seconds. Sound begins 21 ms before the picture. */
    @ParameterizedTest
    @EnumSource
    void aClockThatStartsBelowZeroLosesNothing(VideoFormat format) throws IOException {
        Path copy = copy("starts-below-zero.ts", format, false);
        List<Long> times = VideoWriterTest.milliseconds(copy);
        assertThat(times).hasSize(25).startsWith(0L, FRAME + 21, 2 * FRAME + 21);
        assertThat(soundTimes(copy)).hasSize(packets(format, 48)).allMatch(time -> time >= -7);
    }

    @ParameterizedTest
    @CsvSource({
        "joined-back.ts, MP4",
        "joined-back.ts, WEBM",
        "joined-broken.ts, MP4",
        "joined-broken.ts, WEBM",
        "joined-forward.ts, MP4",
        "joined-forward.ts, WEBM"
    })
    void joinedRecordingsBecomeOne(String name, VideoFormat format) throws IOException {
        Path copy = copy(name, format, true);
        List<Long> times = VideoWriterTest.milliseconds(copy);
        assertThat(times).hasSize(50).startsWith(0L);
        assertThat(steps(times).subList(1, 49)).allMatch(step -> step >= FRAME && step < 2 * FRAME);
        List<Double> sound = soundTimes(copy);
        assertThat(sound).hasSize(packets(format, 96));
        assertThat(sound.getLast() - sound.getFirst())
                .as("sound goes on where the recordings meet, 21 ms missing at most")
                .isBetween(95 * PACKET - 21, 95 * PACKET + 21);
        assertThat((double) times.get(25) - times.get(1))
                .as("the second recording begins where the sound of the first ends")
                .isCloseTo(48 * PACKET - FRAME, within(2.0));
    }

    @Test
    void aGapInThePictureAloneIsKept() throws IOException {
        Path copy = copy("slides.ts", VideoFormat.MP4, false);
        assertThat(steps(VideoWriterTest.milliseconds(copy)))
                .hasSize(3)
                .allMatch(step -> Math.abs(step - 2000) <= 30);
    }

    private Path copy(String name, VideoFormat format, boolean repaired) throws IOException {
        Path in = TestMedia.file(folder, name);
        Path out = folder.resolve("copy." + format.title());
        try (VideoReader reader = VideoReader.open(in, ImageLimits.DEFAULT);
                AudioPassThrough audio = AudioPassThrough.of(in, ImageLimits.DEFAULT, format);
                VideoWriter writer =
                        VideoWriter.open(
                                out,
                                VideoEncoding.like(reader.probe()).withFormat(format),
                                audio)) {
            for (VideoFrame frame = reader.next(); frame != null; frame = reader.next()) {
                writer.write(frame.pixels(), frame.pts(), frame.duration());
                frame.close();
            }
            writer.finish();
            assertThat(reader.timelineRepaired()).isEqualTo(repaired);
        }
        return out;
    }

    /** Opus has packets of 20 ms where AAC has some of 21.3 ms, and 6.5 ms before the first. */
    private static int packets(VideoFormat format, int aac) {
        return format == VideoFormat.MP4 ? aac : (int) Math.ceil((aac * PACKET + 6.5) / 20);
    }

    private static List<Double> soundTimes(Path file) {
        return VideoWriterTest.soundPackets(file).stream()
                .map(packet -> Long.parseLong(packet.substring(0, packet.indexOf(' '))) / 1000.0)
                .toList();
    }

    private static List<Long> steps(List<Long> times) {
        List<Long> steps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            steps.add(times.get(i) - times.get(i - 1));
        }
        return steps;
    }
}
