package io.heritage.media;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * The tracks of a file beside its picture. Sound is copied unchanged, packet by packet, into the
 * written video, on the same timeline as the frames. Codecs that WebM does not carry become Opus
 * there; codecs that mp4 does not carry are refused. Reads along with the video, never ahead by
 * more than a packet. Used by the writer's thread; the code that opened it closes it, after the
 * writer.
 */
public final class AudioPassThrough implements AutoCloseable {

    /** Codecs that a container carries and browsers or common players decode. */
    private static final Map<VideoFormat, Set<Integer>> COPIED =
            Map.of(
                    VideoFormat.WEBM,
                    Set.of(avcodec.AV_CODEC_ID_OPUS, avcodec.AV_CODEC_ID_VORBIS),
                    VideoFormat.MP4,
                    Set.of(
                            avcodec.AV_CODEC_ID_AAC,
                            avcodec.AV_CODEC_ID_MP3,
                            avcodec.AV_CODEC_ID_OPUS,
                            avcodec.AV_CODEC_ID_FLAC,
                            avcodec.AV_CODEC_ID_ALAC,
                            avcodec.AV_CODEC_ID_AC3,
                            avcodec.AV_CODEC_ID_EAC3));

    /**
     * State of one track.
     *
     * @param opus encodes sound again; null for a subtitle track, or for sound that is copied
     * @param subtitles converts subtitles; null for sound
     */
    private record Route(
            AVStream from,
            AVStream to,
            @Nullable OpusTrack opus,
            @Nullable SubtitleTrack subtitles) {}

    private static final int MOST_ERRNO = 4095;

    private final MediaFile file;
    private final VideoFormat format;
    private final List<AVStream> sources = new ArrayList<>();
    private final List<AVStream> texts = new ArrayList<>();
    private final Map<Integer, Route> routes = new HashMap<>();
    private final AVPacket packet;
    private boolean packetWaits;
    private boolean ended;

    private AudioPassThrough(MediaFile file, VideoFormat format) {
        this.file = file;
        this.format = format;
        AVFormatContext context = file.context();
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_AUDIO) {
                if (format == VideoFormat.MP4) {
                    requireCarried(stream);
                }
                sources.add(stream);
            } else if (SubtitleTrack.isText(stream)) {
                texts.add(stream);
            } else {
                stream.discard(avcodec.AVDISCARD_ALL);
            }
        }
        packet = avcodec.av_packet_alloc();
    }

    /**
     * @throws MediaRejected if the file cannot be read, its video is larger than the limits, or its
     *     sound has a codec that mp4 does not carry
     */
    public static AudioPassThrough of(Path file, ImageLimits limits) {
        return of(file, limits, VideoFormat.MP4);
    }

    /**
     * @param format of the video that is written
     * @throws MediaRejected if the file cannot be read, its video is larger than the limits, or its
     *     sound can neither be copied nor, for WebM, be decoded
     */
    public static AudioPassThrough of(Path file, ImageLimits limits, VideoFormat format) {
        MediaFile opened = MediaFile.open(file, limits);
        try {
            return new AudioPassThrough(opened, format);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private void requireCarried(AVStream stream) {
        if (!isCopied(stream)) {
            throw new MediaRejected(
                    "sound in %s cannot be kept in an mp4; expected AAC, MP3, Opus, FLAC, ALAC, AC-3 or E-AC-3, convert it first"
                            .formatted(MediaFile.codecName(stream)));
        }
    }

    private boolean isCopied(AVStream stream) {
        return COPIED.getOrDefault(format, Set.of()).contains(stream.codecpar().codec_id());
    }

    /**
     * Tracks that are dropped, such as {@code subtitle (dvd_subtitle)} or {@code attachment
     * (font.ttf)}; in the order of the file.
     */
    public List<String> dropped() {
        int picture = file.pictureTrack();
        AVFormatContext context = file.context();
        List<String> dropped = new ArrayList<>();
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            if (i != picture
                    && !SubtitleTrack.isText(stream)
                    && stream.codecpar().codec_type() != avutil.AVMEDIA_TYPE_AUDIO
                    && !isChapterTrack(stream)) {
                dropped.add(file.describe(i));
            }
        }
        if (picture >= 0) {
            dropped.addAll(PictureNotes.dropped(context.streams(picture)));
        }
        return dropped;
    }

    /** QuickTime also stores the titles of chapters in a track. */
    private boolean isChapterTrack(AVStream stream) {
        return stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_DATA
                && stream.codecpar().codec_id() == avcodec.AV_CODEC_ID_BIN_DATA
                && file.context().nb_chapters() > 0;
    }

    /** The number of sound tracks that are kept. */
    public int tracks() {
        return sources.size();
    }

    /**
     * Adds a track to the output for each of the file's sound tracks, before its header is written.
     */
    void addTracksTo(AVFormatContext output) {
        for (AVStream source : sources) {
            AVStream target = added(output, source);
            if (isCopied(source)) {
                describeCopy(source, target);
                routes.put(source.index(), new Route(source, target, null, null));
            } else {
                OpusTrack opus = new OpusTrack(source);
                routes.put(source.index(), new Route(source, target, opus, null));
                opus.describe(target);
            }
        }
        for (AVStream source : texts) {
            SubtitleTrack subtitles = new SubtitleTrack(source, format);
            AVStream target = added(output, source);
            routes.put(source.index(), new Route(source, target, null, subtitles));
            subtitles.describe(target);
        }
        Chapters.copy(file, output);
        int picture = file.pictureTrack();
        if (picture >= 0) {
            PictureNotes.copy(file.context().streams(picture), output.streams(0));
        }
    }

    /** With the language, the title and the disposition of its source. */
    private static AVStream added(AVFormatContext output, AVStream source) {
        AVStream target = avformat.avformat_new_stream(output, null);
        target.disposition(source.disposition());
        AVDictionary notes = new AVDictionary(null);
        for (String key : List.of("handler_name", "language", "title")) {
            AVDictionaryEntry note = avutil.av_dict_get(source.metadata(), key, null, 0);
            if (note != null) {
                avutil.av_dict_set(notes, new BytePointer(key), note.value(), 0);
                if (key.equals("title")) { // most players show an mp4's handler as its title
                    avutil.av_dict_set(notes, new BytePointer("handler_name"), note.value(), 0);
                }
            }
        }
        target.metadata(notes);
        return target;
    }

    private static void describeCopy(AVStream source, AVStream target) {
        if (source.codecpar().sample_rate() <= 0) {
            throw new MediaRejected(
                    "the sound is damaged: its %s track has no sample rate"
                            .formatted(MediaFile.codecName(source)));
        }
        NativeError.check(
                avcodec.avcodec_parameters_copy(target.codecpar(), source.codecpar()),
                "describe the sound");
        target.codecpar().codec_tag(0);
        target.time_base(source.time_base());
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
            if (due != avutil.AV_NOPTS_VALUE && due * base >= seconds) {
                return;
            }
            if (route.opus() != null) {
                route.opus().send(packet, made -> writeMade(output, route, made));
                drop();
            } else if (route.subtitles() != null) {
                route.subtitles().send(packet, made -> writeMade(output, route, made));
                drop();
            } else {
                write(output, route);
            }
        }
    }

    void copyRest(AVFormatContext output) {
        copyUntil(output, Double.POSITIVE_INFINITY);
        for (Route route : routes.values()) {
            if (route.opus() != null) {
                route.opus().end(made -> writeMade(output, route, made));
            }
        }
    }

    private static void writeMade(AVFormatContext output, Route route, AVPacket made) {
        AVRational base = route.opus() == null ? SubtitleTrack.milliseconds() : OpusTrack.samples();
        avcodec.av_packet_rescale_ts(made, base, route.to().time_base());
        made.stream_index(route.to().index());
        checkWritten(avformat.av_interleaved_write_frame(output, made));
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
            throw new MediaRejected("the sound ends early: " + Ffmpeg.errorText(code));
        }
        packetWaits = true;
        return true;
    }

    private void write(AVFormatContext output, Route route) {
        avcodec.av_packet_rescale_ts(packet, route.from().time_base(), route.to().time_base());
        packet.stream_index(route.to().index());
        packet.pos(-1);
        packetWaits = false; // the muxer owns the packet then, also when it fails
        checkWritten(avformat.av_interleaved_write_frame(output, packet));
    }

    /**
     * A muxer parses copied packets, and so detects damage. Error codes of the operating system,
     * such as that of a full disk, are small numbers; FFmpeg's own are not.
     */
    private static void checkWritten(int code) {
        boolean ofFfmpeg = code < -MOST_ERRNO;
        if (ofFfmpeg || code == avutil.AVERROR_EINVAL()) {
            throw new MediaRejected("the sound is damaged: " + Ffmpeg.errorText(code));
        }
        NativeError.check(code, "write the sound");
    }

    private void drop() {
        avcodec.av_packet_unref(packet);
        packetWaits = false;
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        for (Route route : routes.values()) {
            if (route.opus() != null) {
                route.opus().close();
            }
            if (route.subtitles() != null) {
                route.subtitles().close();
            }
        }
        file.close();
    }
}
