package io.heritage.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * The sound of a file, copied packet by packet into the video that is written, unchanged and at its
 * own timestamps. Reads along with the video, never ahead by more than a packet. A file without
 * sound passes nothing through. Used by the writer's thread; who opened it closes it, after the
 * writer.
 */
public final class AudioPassThrough implements AutoCloseable {

    /** What mp4 carries and browsers or common players decode. */
    private static final Set<Integer> COPIED =
            Set.of(
                    avcodec.AV_CODEC_ID_AAC,
                    avcodec.AV_CODEC_ID_MP3,
                    avcodec.AV_CODEC_ID_OPUS,
                    avcodec.AV_CODEC_ID_FLAC,
                    avcodec.AV_CODEC_ID_ALAC,
                    avcodec.AV_CODEC_ID_AC3,
                    avcodec.AV_CODEC_ID_EAC3);

    /** One track on its way; the file's clock begins at {@code start}. */
    private record Route(AVStream from, AVStream to, long start) {}

    private final MediaFile file;
    private final List<AVStream> sources = new ArrayList<>();
    private final Map<Integer, Route> routes = new HashMap<>();
    private final AVPacket packet = avcodec.av_packet_alloc();
    private boolean packetWaits;
    private boolean ended;

    private AudioPassThrough(MediaFile file) {
        this.file = file;
        AVFormatContext context = file.context();
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_AUDIO) {
                requireCarried(stream);
                sources.add(stream);
            } else {
                stream.discard(avcodec.AVDISCARD_ALL);
            }
        }
    }

    /**
     * @throws MediaRejected if the file cannot be read, or its sound has a codec that mp4 does not
     *     carry
     */
    public static AudioPassThrough of(Path file) {
        MediaFile opened = MediaFile.open(file, ImageLimits.DEFAULT);
        try {
            return new AudioPassThrough(opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static void requireCarried(AVStream stream) {
        AVCodecParameters codec = stream.codecpar();
        if (!COPIED.contains(codec.codec_id())) {
            throw new MediaRejected(
                    "sound in %s cannot be kept in an mp4; expected AAC, MP3, Opus, FLAC, ALAC, AC-3 or E-AC-3, convert it first"
                            .formatted(MediaFile.codecName(stream)));
        }
    }

    /** The number of sound tracks that are copied. */
    public int tracks() {
        return sources.size();
    }

    /**
     * Adds a track to the output for each of the file's sound tracks, before its header is written.
     */
    void addTracksTo(AVFormatContext output) {
        for (AVStream source : sources) {
            AVStream target = avformat.avformat_new_stream(output, null);
            NativeError.check(
                    avcodec.avcodec_parameters_copy(target.codecpar(), source.codecpar()),
                    "describe the sound");
            target.codecpar().codec_tag(0);
            target.time_base(source.time_base());
            target.disposition(source.disposition());
            routes.put(source.index(), new Route(source, target, file.start(source)));
        }
    }

    /** Writes all packets that are due before this many seconds. */
    void copyUntil(AVFormatContext output, double seconds) {
        while (fillPacket()) {
            Route route = routes.get(packet.stream_index());
            if (route == null) {
                drop();
                continue;
            }
            long due = packet.dts() == avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts();
            double base = (double) route.from().time_base().num() / route.from().time_base().den();
            if (due != avutil.AV_NOPTS_VALUE && (due - route.start()) * base >= seconds) {
                return;
            }
            write(output, route);
        }
    }

    void copyRest(AVFormatContext output) {
        copyUntil(output, Double.POSITIVE_INFINITY);
    }

    private boolean fillPacket() {
        if (packetWaits || ended) {
            return packetWaits;
        }
        int code = file.read(packet);
        if (code == avutil.AVERROR_EOF) {
            ended = true;
            return false;
        }
        if (Ffmpeg.failed(code)) {
            throw new MediaRejected("the sound breaks off: " + Ffmpeg.errorText(code));
        }
        packetWaits = true;
        return true;
    }

    private void write(AVFormatContext output, Route route) {
        if (packet.pts() != avutil.AV_NOPTS_VALUE) {
            packet.pts(packet.pts() - route.start());
        }
        if (packet.dts() != avutil.AV_NOPTS_VALUE) {
            packet.dts(packet.dts() - route.start());
        }
        avcodec.av_packet_rescale_ts(packet, route.from().time_base(), route.to().time_base());
        packet.stream_index(route.to().index());
        packet.pos(-1);
        packetWaits = false; // the muxer takes the packet over, also when it fails
        NativeError.check(avformat.av_interleaved_write_frame(output, packet), "write the sound");
    }

    private void drop() {
        avcodec.av_packet_unref(packet);
        packetWaits = false;
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        file.close();
    }
}
