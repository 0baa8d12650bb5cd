package io.heritage.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Repeats what opens native memory, the refused inputs too, and looks at the size of the process.
 */
class NativeMemoryTest {

    private static final int WARM_UP = 12;
    private static final int ROUNDS = 24;

    /** One lost 720p picture a round would be 33 MB or more. */
    private static final long ALLOWED_GROWTH = 25L << 20;

    @TempDir private Path folder;

    @Test
    void decodingAndEncodingAgainAndAgainTakesNoMoreMemory() throws IOException {
        Path clip = TestMedia.file(folder, TestMedia.BUNNY);
        byte[] jpeg = TestMedia.bytes("rocket.jpg");
        for (int i = 0; i < WARM_UP; i++) {
            round(clip, jpeg);
        }
        long before = residentBytes();
        for (int i = 0; i < ROUNDS; i++) {
            round(clip, jpeg);
        }
        assertThat(residentBytes() - before).isLessThan(ALLOWED_GROWTH);
        assertThat(Pointer.totalBytes()).isLessThan(1L << 20);
    }

    private void round(Path clip, byte[] jpeg) throws IOException {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        decoder.decode(ByteBuffer.wrap(jpeg)).close();
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(jpeg, 0, jpeg.length / 2)))
                .isInstanceOf(MediaRejected.class);
        byte[] damaged = TestMedia.bytes("chelsea.png");
        damaged[damaged.length / 2] ^= 1;
        assertThatThrownBy(() -> decoder.decode(ByteBuffer.wrap(damaged)))
                .isInstanceOf(MediaRejected.class);
        byte[] video = TestMedia.bytes(TestMedia.BUNNY);
        assertThatThrownBy(() ->
                        VideoReader.open(
                                new ByteArrayInputStream(Arrays.copyOf(video, 2000)),
                                ImageLimits.DEFAULT))
                .isInstanceOf(MediaRejected.class);
        encodeThreeFrames(clip);
    }

    /** One writer finishes, one is closed in the middle. */
    private void encodeThreeFrames(Path clip) throws IOException {
        try (VideoReader reader = VideoReader.open(clip, ImageLimits.DEFAULT);
                AudioPassThrough audio = AudioPassThrough.of(clip);
                VideoWriter writer =
                        VideoWriter.open(
                                folder.resolve("out.mp4"),
                                VideoEncoding.like(reader.probe()).withQuality(30, "ultrafast"),
                                audio)) {
            for (int i = 0; i < 3; i++) {
                try (VideoFrame frame = VideoWriterTest.require(reader.next())) {
                    writer.write(frame.pixels(), frame.pts(), frame.duration());
                }
            }
            writer.finish();
        }
        try (VideoReader reader = VideoReader.open(clip, ImageLimits.DEFAULT);
                VideoWriter writer =
                        VideoWriter.open(
                                folder.resolve("out.mp4"),
                                VideoEncoding.like(reader.probe()),
                                null);
                VideoFrame frame = VideoWriterTest.require(reader.next())) {
            writer.write(frame.pixels(), frame.pts(), frame.duration());
        }
    }

    private static long residentBytes() {
        System.gc();
        Pointer.trimMemory();
        return Pointer.physicalBytes();
    }
}
