package io.heritage.media;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.heritage.media.VideoProbe.Track;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * A file opened for reading its packets. Only containers that hold their media themselves are
 * opened: playlists, which could name other files and addresses, are refused. One thread.
 */
final class MediaFile implements AutoCloseable {

    /** FFmpeg's names; one of a format's alternatives is enough. */
    private static final String CONTAINERS =
            "matroska,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,mxf,gif,h264,hevc,ivf,nut,y4m,yuv4mpegpipe,wav,aac,mp3,flac";

    /** MP4, MOV, 3GP: scanned before FFmpeg reads them. */
    private static final String OF_BOXES = "mov";

    private static final int DISPLAY_MATRIX_INTS = 9;

    private final Path path;
    private final AVFormatContext context;
    private final ImageLimits limits;
    private @Nullable Timeline timeline;

    private MediaFile(Path path, AVFormatContext context, ImageLimits limits) {
        this.path = path;
        this.context = context;
        this.limits = limits;
    }

    /**
     * @throws MediaRejected if it is nothing FFmpeg knows, cut off, or a video larger than the
     *     limits
     */
    static MediaFile open(Path path, ImageLimits limits) {
        Ffmpeg.load();
        AVFormatContext context = contextOf(CONTAINERS);
        int code = open(context, path);
        if (code == avutil.AVERROR_EINVAL()) { // also for formats that are not in the list
            PictureItems.refuse(path);
            context = contextOf(OF_BOXES);
            code = open(context, path);
        }
        if (Ffmpeg.failed(code)) {
            throw notOpened(path, code); // FFmpeg has freed the context
        }
        MediaFile file = new MediaFile(path, context, limits);
        try {
            file.checkSizes();
            file.findStreams();
            file.checkSizes();
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static AVFormatContext contextOf(String containers) {
        AVFormatContext context = avformat.avformat_alloc_context();
        avutil.av_opt_set(context, "format_whitelist", containers, 0);
        avutil.av_opt_set(context, "protocol_whitelist", "file", 0);
        return context;
    }

    private static int open(AVFormatContext context, Path path) {
        return avformat.avformat_open_input(
                context, "file:" + path.toAbsolutePath(), null, (AVDictionary) null);
    }

    private static MediaRejected notOpened(Path path, int code) {
        String reason = Ffmpeg.errorText(code);
        String kind = looksLike(path);
        if (!kind.endsWith("video")) {
            return new NotAVideo(kind);
        }
        if (reason.contains("moov atom not found")) {
            return new MediaRejected(
                    "%s without its index (moov): it is cut off or was never finished"
                            .formatted(kind));
        }
        return new MediaRejected(
                "%s that cannot be opened, it is damaged or cut off: %s".formatted(kind, reason));
    }

    private static String looksLike(Path path) {
        ByteBuffer start = ByteBuffer.allocate(4096);
        try (FileChannel file = FileChannel.open(path)) {
            file.read(start);
        } catch (IOException e) {
            return "a file that cannot be read: " + e.getMessage();
        }
        return switch (ImageProbe.of(start.flip())) {
            case ImageProbe.Readable(ImageHeader header) ->
                    "a picture (" + header.format().title() + ")";
            case ImageProbe.HeaderCutOff(ImageFormat format, _) ->
                    "a picture (" + format.title() + ")";
            case ImageProbe.Damaged(ImageFormat format, _) -> "a picture (" + format.title() + ")";
            case ImageProbe.NotAnImage(String kind) -> kind;
        };
    }

    /** Reads the first packets; decoders opened for that obey the limit too. */
    private void findStreams() {
        int streams = context.nb_streams();
        try (PointerPointer<AVDictionary> options = new PointerPointer<>(Math.max(1, streams))) {
            for (int i = 0; i < streams; i++) {
                AVDictionary option = new AVDictionary(null);
                avutil.av_dict_set(option, "max_pixels", Long.toString(limits.maxPixels()), 0);
                avutil.av_dict_set(option, "threads", "1", 0);
                options.put(i, option);
            }
            int code = avformat.avformat_find_stream_info(context, options);
            for (int i = 0; i < streams; i++) {
                avutil.av_dict_free(new AVDictionary(options.get(i))); // unused options
            }
            if (Ffmpeg.failed(code)) {
                throw new MediaRejected(
                        "video whose tracks cannot be read: " + Ffmpeg.errorText(code));
            }
        }
    }

    private void checkSizes() {
        for (int i = 0; i < context.nb_streams(); i++) {
            AVCodecParameters codec = context.streams(i).codecpar();
            if (codec.codec_type() == avutil.AVMEDIA_TYPE_VIDEO
                    && codec.width() > 0
                    && codec.height() > 0) {
                limits.check(codec.width(), codec.height());
            }
        }
    }

    /**
     * The track that players would show.
     *
     * @throws MediaRejected if there is none, or none that can be decoded
     */
    AVStream videoStream() {
        int index = pictureTrack();
        if (index == avutil.AVERROR_STREAM_NOT_FOUND || isCoverPicture(index)) {
            throw new MediaRejected("no video track among the file's tracks: " + describeTracks());
        }
        return context.streams(index);
    }

    /** The number of {@link #videoStream()}; negative if there is none. */
    int pictureTrack() {
        return avformat.av_find_best_stream(
                context, avutil.AVMEDIA_TYPE_VIDEO, -1, -1, (PointerPointer<?>) null, 0);
    }

    /** Kind and codec of a track; of an attachment the name of its file. */
    String describe(int index) {
        Track track = track(index);
        AVDictionaryEntry name =
                avutil.av_dict_get(context.streams(index).metadata(), "filename", null, 0);
        return track.kind()
                + " ("
                + (name == null ? track.codec() : name.value().getString(UTF_8))
                + ")";
    }

    private boolean isCoverPicture(int index) {
        return index >= 0
                && (context.streams(index).disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC)
                        != 0;
    }

    /**
     * The decoder for the video track, not yet opened.
     *
     * @throws MediaRejected if FFmpeg has none
     */
    static AVCodec decoderFor(AVStream stream) {
        AVCodec decoder = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
        if (decoder == null) {
            throw new MediaRejected(
                    "video codec %s cannot be decoded".formatted(codecName(stream)));
        }
        return decoder;
    }

    VideoProbe probeVideo() {
        AVStream stream = videoStream();
        AVCodecParameters codec = stream.codecpar();
        if (codec.width() < 1 || codec.height() < 1) {
            throw new MediaRejected(
                    "video track (%s) without a size: it holds no decodable frame"
                            .formatted(codecName(stream)));
        }
        Rational rate =
                Rational.of(
                        avformat.av_guess_frame_rate(context, stream, (AVFrame) null),
                        new Rational(25, 1));
        return new VideoProbe(
                context.iformat().name().getString(),
                codecName(stream),
                new FrameSize(codec.width(), codec.height()),
                orientation(codec),
                rate,
                Rational.of(stream.time_base(), rate.inverse()),
                Rational.of(
                        avformat.av_guess_sample_aspect_ratio(context, stream, (AVFrame) null),
                        Rational.ONE),
                Optional.of(stream.nb_frames()).filter(frames -> frames > 0),
                duration(),
                tracks(),
                bitDepth(codec.format()),
                ColourTags.of(codec));
    }

    private static int bitDepth(int pixelFormat) {
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(pixelFormat);
        return format == null ? 8 : format.comp(0).depth();
    }

    private Optional<Duration> duration() {
        long microseconds = context.duration();
        return microseconds <= 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(microseconds * 1000));
    }

    private List<Track> tracks() {
        return IntStream.range(0, context.nb_streams()).mapToObj(this::track).toList();
    }

    private Track track(int index) {
        AVCodecParameters codec = context.streams(index).codecpar();
        BytePointer kind = avutil.av_get_media_type_string(codec.codec_type());
        return new Track(
                index,
                kind == null ? "unknown" : kind.getString(),
                codecName(context.streams(index)),
                codec.ch_layout().nb_channels());
    }

    private String describeTracks() {
        List<String> found =
                tracks().stream().map(track -> track.kind() + " (" + track.codec() + ")").toList();
        return found.isEmpty() ? "it has none" : String.join(", ", found);
    }

    static String codecName(AVStream stream) {
        return avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
    }

    private static Orientation orientation(AVCodecParameters codec) {
        AVPacketSideData side =
                avcodec.av_packet_side_data_get(
                        codec.coded_side_data(),
                        codec.nb_coded_side_data(),
                        avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        if (side == null || side.isNull() || side.size() < DISPLAY_MATRIX_INTS * 4) {
            return Orientation.UPRIGHT;
        }
        int[] matrix = new int[DISPLAY_MATRIX_INTS];
        new IntPointer(side.data()).get(matrix);
        return Orientation.ofDisplayMatrix(matrix);
    }

    Path path() {
        return path;
    }

    AVFormatContext context() {
        return context;
    }

    /** The same file, from its start. */
    MediaFile reopened() {
        return open(path, limits);
    }

    /**
     * A decoder that is ready for packets of a video track; the caller frees it.
     *
     * @throws MediaRejected if FFmpeg does not decode it
     */
    static AVCodecContext openDecoder(AVStream stream, ImageLimits limits) {
        AVCodec codec = decoderFor(stream);
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        int code = avcodec.avcodec_parameters_to_context(context, stream.codecpar());
        context.pkt_timebase(stream.time_base());
        context.max_pixels(limits.maxPixels());
        context.thread_count(threadsFor(stream));
        if (!Ffmpeg.failed(code)) {
            code = avcodec.avcodec_open2(context, codec, (AVDictionary) null);
        }
        if (Ffmpeg.failed(code)) {
            avcodec.avcodec_free_context(context);
            throw new MediaRejected(
                    "video (%s) that cannot be decoded: %s"
                            .formatted(codecName(stream), Ffmpeg.errorText(code)));
        }
        return context;
    }

    /** 0 for one per core; 1 for FFV1: docs/rationale.md, "FFV1 is decoded by one thread". */
    private static int threadsFor(AVStream stream) {
        return stream.codecpar().codec_id() == avcodec.AV_CODEC_ID_FFV1 ? 1 : 0;
    }

    /** The timeline of its packets. */
    Timeline timeline() {
        Timeline known = timeline;
        if (known == null) {
            known = Timeline.of(this);
            timeline = known;
        }
        return known;
    }

    /**
     * Reads the next packet of any track; its times are those of the {@link #timeline()}.
     *
     * @return 0 or more, AVERROR_EOF at the end, another error code where the file breaks off
     */
    int read(AVPacket packet) {
        Timeline times = timeline();
        int code = avformat.av_read_frame(context, packet);
        if (!Ffmpeg.failed(code)) {
            times.place(packet, context.streams(packet.stream_index()));
        }
        return code;
    }

    /** Packets of the video track from here on, counted up to {@code most}. */
    int countVideoPackets(int most) {
        int index = videoStream().index();
        AVPacket packet = avcodec.av_packet_alloc();
        try {
            int count = 0;
            while (count < most && !Ffmpeg.failed(avformat.av_read_frame(context, packet))) {
                count += packet.stream_index() == index ? 1 : 0;
                avcodec.av_packet_unref(packet);
            }
            return count;
        } finally {
            avcodec.av_packet_free(packet);
        }
    }

    @Override
    public void close() {
        avformat.avformat_close_input(context);
    }
}
