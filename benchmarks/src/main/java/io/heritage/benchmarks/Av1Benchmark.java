package io.heritage.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import com.sun.management.OperatingSystemMXBean;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * AV1 of 10 bit by libaom, as WebM has it, and by SVT-AV1, at several qualities: processor time and
 * wall clock of a frame, bytes, and how similar the decoded frames are to those that were encoded,
 * by {@link Similarity}. Then the bytes and the time that SVT-AV1 needs for what libaom reaches.
 *
 * <p>{@code benchmarks/run Av1Benchmark VIDEO [FRAMES]}: 60 frames.
 */
public final class Av1Benchmark {
    static final int PIXELS = avutil.AV_PIX_FMT_YUV420P10LE;

    private static final int FRAMES_A_SECOND = 25;
    private static final int KEY_FRAMES = 100;
    private static final int[] QUALITIES = {16, 24, 32, 40, 50};

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    /** An encoder with a speed. */
    private record Encoder(String name, String library, Map<String, String> options) {}

    private static final List<Encoder> ENCODERS =
            List.of(
                    new Encoder(
                            "libaom cpu-used 6",
                            "libaom-av1",
                            Map.of("b", "0", "usage", "good", "cpu-used", "6", "row-mt", "1")),
                    new Encoder("SVT preset 8", "libsvtav1", Map.of("preset", "8")),
                    new Encoder("SVT preset 6", "libsvtav1", Map.of("preset", "6")));

    /**
     * One encoder at one quality.
     *
     * @param cpu milliseconds of processor time a frame
     * @param wall milliseconds a frame
     * @param bytes a frame
     * @param decibels of the similarity
     */
    private record Result(double cpu, double wall, double bytes, double decibels) {}

    private Av1Benchmark() {}

    public static void main(String[] args) throws Throwable {
        var arguments = new Arguments(args);
        Path video = Path.of(arguments.text("video.mp4"));
        int count = arguments.number(60);
        quietSvt();
        List<AVFrame> frames = frames(video, count);
        Map<Encoder, List<Result>> all = new LinkedHashMap<>();
        ENCODERS.forEach(encoder -> all.put(encoder, new ArrayList<>()));
        System.out.printf(
                "%d frames of %dx%d; crf, processor and wall clock ms a frame, bytes a frame, SSIM%n",
                frames.size(), frames.getFirst().width(), frames.getFirst().height());
        for (int crf : QUALITIES) {
            for (Encoder encoder : ENCODERS) {
                Result result = measure(encoder, crf, frames);
                Objects.requireNonNull(all.get(encoder)).add(result);
                System.out.printf(
                        "%-18s %2d %7.1f %7.1f %9.0f  %.2f dB (%.5f)%n",
                        encoder.name(),
                        crf,
                        result.cpu(),
                        result.wall(),
                        result.bytes(),
                        result.decibels(),
                        1 - Math.pow(10, -result.decibels() / 10));
            }
        }
        compare(all);
        frames.forEach(avutil::av_frame_free);
    }

    /** Its log ignores FFmpeg's level and goes to stderr. */
    private static void quietSvt() throws Throwable {
        Linker linker = Linker.nativeLinker();
        var setenv =
                linker.downcallHandle(
                        linker.defaultLookup().find("setenv").orElseThrow(),
                        FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            var _ =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom("SVT_LOG"), arena.allocateFrom("1"), 1);
        }
    }

    /** As the encoder of WebM gets them. */
    private static List<AVFrame> frames(Path video, int count) throws IOException {
        List<AVFrame> frames = new ArrayList<>();
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT);
                var conversion = new Similarity.Conversion()) {
            while (frames.size() < count) {
                try (var frame = reader.next()) {
                    if (frame == null) {
                        break;
                    }
                    AVFrame picture = conversion.picture(frame.pixels(), PIXELS);
                    picture.pts(frames.size()).duration(1);
                    frames.add(picture);
                }
            }
        }
        return frames;
    }

    private static Result measure(Encoder encoder, int crf, List<AVFrame> frames) {
        long cpu = SYSTEM.getProcessCpuTime();
        long wall = System.nanoTime();
        List<AVPacket> packets = encode(encoder, crf, frames);
        cpu = SYSTEM.getProcessCpuTime() - cpu;
        wall = System.nanoTime() - wall;
        long bytes = packets.stream().mapToLong(AVPacket::size).sum();
        double similarity;
        try (var comparison = new Similarity(frames.getFirst())) {
            decode(packets, frames, comparison);
            similarity = comparison.mean();
        }
        packets.forEach(avcodec::av_packet_free);
        int count = frames.size();
        return new Result(
                cpu / 1e6 / count,
                wall / 1e6 / count,
                (double) bytes / count,
                -10 * Math.log10(1 - similarity));
    }

    private static List<AVPacket> encode(Encoder encoder, int crf, List<AVFrame> frames) {
        AVCodec library = avcodec.avcodec_find_encoder_by_name(encoder.library());
        AVCodecContext context = avcodec.avcodec_alloc_context3(library);
        AVFrame like = frames.getFirst();
        context.width(like.width()).height(like.height()).pix_fmt(PIXELS).thread_count(0);
        context.time_base(new AVRational().num(1).den(FRAMES_A_SECOND));
        context.framerate(new AVRational().num(FRAMES_A_SECOND).den(1));
        context.gop_size(KEY_FRAMES);
        context.colorspace(avutil.AVCOL_SPC_BT709).color_range(avutil.AVCOL_RANGE_MPEG);
        context.chroma_sample_location(avutil.AVCHROMA_LOC_LEFT);
        AVDictionary options = new AVDictionary(null);
        encoder.options().forEach((key, value) -> avutil.av_dict_set(options, key, value, 0));
        avutil.av_dict_set(options, "crf", Integer.toString(crf), 0);
        Similarity.check(avcodec.avcodec_open2(context, library, options));
        avutil.av_dict_free(options);
        List<AVPacket> packets = new ArrayList<>();
        for (AVFrame frame : frames) {
            Similarity.check(avcodec.avcodec_send_frame(context, frame));
            receive(context, packets);
        }
        Similarity.check(avcodec.avcodec_send_frame(context, null));
        receive(context, packets);
        avcodec.avcodec_free_context(context);
        return packets;
    }

    private static void receive(AVCodecContext context, List<AVPacket> packets) {
        while (true) {
            AVPacket packet = avcodec.av_packet_alloc();
            if (avcodec.avcodec_receive_packet(context, packet) < 0) {
                avcodec.av_packet_free(packet);
                return;
            }
            packets.add(packet);
        }
    }

    private static void decode(
            List<AVPacket> packets, List<AVFrame> originals, Similarity comparison) {
        AVCodec library = avcodec.avcodec_find_decoder(avcodec.AV_CODEC_ID_AV1);
        AVCodecContext decoder = avcodec.avcodec_alloc_context3(library);
        decoder.thread_count(0);
        Similarity.check(avcodec.avcodec_open2(decoder, library, (AVDictionary) null));
        AVFrame frame = avutil.av_frame_alloc();
        int compared = 0;
        for (int i = 0; i <= packets.size(); i++) {
            Similarity.check(
                    avcodec.avcodec_send_packet(
                            decoder, i < packets.size() ? packets.get(i) : null));
            while (avcodec.avcodec_receive_frame(decoder, frame) >= 0) {
                comparison.add(originals.get(compared), frame, compared);
                compared++;
                avutil.av_frame_unref(frame);
            }
        }
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(decoder);
        if (compared != originals.size()) {
            throw new IllegalStateException("%d frames came back".formatted(compared));
        }
    }

    /** At each similarity that libaom reached and the other one spans. */
    private static void compare(Map<Encoder, List<Result>> all) {
        List<Result> reference = Objects.requireNonNull(all.get(ENCODERS.getFirst()));
        for (Encoder encoder : ENCODERS.subList(1, ENCODERS.size())) {
            for (int i = 0; i < QUALITIES.length; i++) {
                Result aom = reference.get(i);
                Result other = at(aom.decibels(), Objects.requireNonNull(all.get(encoder)));
                if (other != null) {
                    System.out.printf(
                            "%s where libaom has %.2f dB (crf %d): %.2f of its bytes, %.2f of its processor time%n",
                            encoder.name(),
                            aom.decibels(),
                            QUALITIES[i],
                            other.bytes() / aom.bytes(),
                            other.cpu() / aom.cpu());
                }
            }
        }
    }

    /** Between two neighbours, on a straight line of decibels and the logarithm of bytes. */
    private static @Nullable Result at(double decibels, List<Result> falling) {
        for (int i = 0; i + 1 < falling.size(); i++) {
            Result high = falling.get(i);
            Result low = falling.get(i + 1);
            if (decibels <= high.decibels() && decibels >= low.decibels()) {
                double t = (decibels - low.decibels()) / (high.decibels() - low.decibels());
                return new Result(
                        low.cpu() + t * (high.cpu() - low.cpu()),
                        low.wall() + t * (high.wall() - low.wall()),
                        low.bytes() * Math.pow(high.bytes() / low.bytes(), t),
                        decibels);
            }
        }
        return null;
    }
}
