package io.heritage.media;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.heritage.schemas.FrameSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Repeats what opens native memory, the refused inputs too, and asks the C library how much is in
 * use.
 */
class NativeMemoryTest {

    private static final int WARM_UP = 4;
    private static final int ROUNDS = 12;
    private static final int WINDOWS = 15;
    private static final int REFUSALS = 50;

    /**
     * One lost 720p picture a round would be 16 MB or more; the virtual machine's own compiler
     * moves one or two.
     */
    private static final long ALLOWED_GROWTH = 6L << 20;

    @TempDir private Path folder;

    @Test
    void decodingAndEncodingAgainAndAgainTakesNoMoreMemory() throws IOException {
        Path clip = TestMedia.file(folder, TestMedia.BUNNY);
        byte[] jpeg = TestMedia.bytes("rocket.jpg");
        for (int i = 0; i < WARM_UP; i++) {
            round(clip, jpeg);
        }
        long before = bytesInUse();
        for (int i = 0; i < ROUNDS; i++) {
            round(clip, jpeg);
        }
        await().atMost(Duration.ofMinutes(1)) // frames that stand alone go with the garbage
                .untilAsserted(() -> assertThat(bytesInUse() - before).isLessThan(ALLOWED_GROWTH));
        assertThat(Pointer.totalBytes()).isLessThan(1L << 20);
    }

    /**
     * A reader's packet and picture are less than a kilobyte, the virtual machine's own noise is
     * more: what is lost each time shows in every window, noise in some.
     */
    @Test
    void whatIsRefusedAtItsOpeningTakesNoMoreMemory() throws IOException {
        Path sound = Files.write(folder.resolve("sound.wav"), VideoReaderTest.wave());
        refuse(sound);
        long[] growth = new long[WINDOWS];
        for (int i = 0; i < WINDOWS; i++) {
            long before = bytesInUse();
            refuse(sound);
            growth[i] = bytesInUse() - before;
        }
        Arrays.sort(growth);
        assertThat(growth[WINDOWS / 4]).isLessThan(REFUSALS * 250L);
    }

    private static void refuse(Path sound) {
        for (int i = 0; i < REFUSALS; i++) {
            assertThatThrownBy(() -> VideoReader.open(sound, ImageLimits.DEFAULT))
                    .isInstanceOf(MediaRejected.class);
            assertThatThrownBy(() -> AudioPassThrough.of(sound, ImageLimits.DEFAULT))
                    .isInstanceOf(MediaRejected.class);
        }
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
        encodeSoundAgain(clip);
    }

    /** Small: this is about the decoder, filters and encoder of the sound. */
    private void encodeSoundAgain(Path clip) throws IOException {
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(64, 64), new Rational(25, 1))
                        .withFormat(VideoFormat.WEBM);
        try (AudioPassThrough audio =
                        AudioPassThrough.of(clip, ImageLimits.DEFAULT, VideoFormat.WEBM);
                VideoWriter writer =
                        VideoWriter.open(folder.resolve("out.webm"), encoding, audio)) {
            writer.write(TestMedia.even(64, 64, 9, 9, 9), 0, 1);
            writer.finish();
        }
    }

    /** One writer finishes, one is closed in the middle. */
    private void encodeThreeFrames(Path clip) throws IOException {
        try (VideoReader reader = VideoReader.open(clip, ImageLimits.DEFAULT);
                AudioPassThrough audio = AudioPassThrough.of(clip, ImageLimits.DEFAULT);
                VideoWriter writer =
                        VideoWriter.open(
                                folder.resolve("out.mp4"),
                                VideoEncoding.like(reader.probe()).withCrf(30),
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

    /**
     * {@code mallinfo2}: the sum of {@code uordblks} (in use) and {@code hblkhd} (mapped for large
     * blocks).
     */
    private static long bytesInUse() {
        System.gc();
        Linker linker = Linker.nativeLinker();
        StructLayout counts = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(10, JAVA_LONG));
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle mallinfo2 =
                    linker.downcallHandle(
                            linker.defaultLookup().find("mallinfo2").orElseThrow(),
                            FunctionDescriptor.of(counts));
            MemorySegment found = (MemorySegment) mallinfo2.invokeExact((SegmentAllocator) arena);
            return found.getAtIndex(JAVA_LONG, 4) + found.getAtIndex(JAVA_LONG, 7);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
