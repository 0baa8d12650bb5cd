package io.heritage.media;

import io.heritage.schemas.FrameSize;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/** Whether {@link EncodedBy#NVENC} works on this machine. */
public final class Nvenc {

    /** Larger than the minimum size of every NVENC generation. */
    private static final FrameSize TRIAL = new FrameSize(320, 192);

    private static final int[] BIT_DEPTHS = {8, 10};

    private Nvenc() {}

    /**
     * Encodes a frame of each depth. Takes a fraction of a second; any thread.
     *
     * @return why that is not possible here; empty if it is
     */
    public static Optional<String> obstacle() {
        Ffmpeg.load();
        VideoEncoding trial =
                VideoEncoding.of(TRIAL, new Rational(25, 1)).withEncodedBy(EncodedBy.NVENC);
        try {
            for (int bitDepth : BIT_DEPTHS) {
                encode(trial.withBitDepth(bitDepth));
            }
            return Optional.empty();
        } catch (NativeError e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static void encode(VideoEncoding encoding) {
        VideoCodec codec = VideoCodec.of(encoding);
        AVPacket packet = avcodec.av_packet_alloc();
        try (var encoder = new VideoEncoder(encoding, codec, 1);
                RgbFrame black = RgbFrame.allocate(TRIAL.width(), TRIAL.height())) {
            encoder.send(black, 0, 1);
            encoder.end();
            if (!encoder.receive(packet)) {
                throw new NativeError(codec.library() + " made no packet of a frame");
            }
        } finally {
            avcodec.av_packet_free(packet);
        }
    }
}
