package io.heritage.media;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands beside the picture, in each container. */
class TracksTest {

    /** AVMasteringDisplayMetadata: fractions of primaries, white, darkest, brightest; two flags. */
    private static final int MASTERING_INTS = 22;

    private static final int MAX_LUMINANCE = 18;

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void soundKeepsLanguageTitleAndWhichIsTheDefault(VideoFormat format) throws IOException {
        try (MediaFile copy = MediaFile.open(copy("languages.mkv", format), ImageLimits.DEFAULT)) {
            assertThat(notes(copy, avutil.AVMEDIA_TYPE_AUDIO))
                    .containsExactly("eng Main", "fra Commentary default");
        }
    }

    @ParameterizedTest
    @EnumSource
    void textSubtitlesAndChaptersAreKept(VideoFormat format) throws IOException {
        Path file = copy("subtitles.mkv", format);
        try (MediaFile copy = MediaFile.open(file, ImageLimits.DEFAULT)) {
            assertThat(notes(copy, avutil.AVMEDIA_TYPE_SUBTITLE)).hasSize(1);
            assertThat(subtitles(copy)).containsExactly("100 ms for 800 ms: hello");
            assertThat(chapters(copy)).containsExactly("0 to 500 ms: One", "500 to 1000 ms: Two");
        }
    }

    @Test
    void whatIsDroppedIsNamed() throws IOException {
        Path in = TestMedia.file(folder, "subtitles.mkv");
        try (AudioPassThrough tracks = AudioPassThrough.of(in, ImageLimits.DEFAULT)) {
            assertThat(tracks.dropped()).containsExactly("attachment (t08.ttf)");
            assertThat(tracks.tracks()).isEqualTo(2);
        }
        Path bunny = TestMedia.file(folder, TestMedia.BUNNY);
        try (AudioPassThrough tracks = AudioPassThrough.of(bunny, ImageLimits.DEFAULT)) {
            assertThat(tracks.dropped()).isEmpty();
        }
    }

    @Test
    void subtitlesThatArePicturesAreDroppedAndNamed() {
        Path in = folder.resolve("pictures.mkv");
        writeWithSubtitles(
                in,
                new TestVideo.Subtitles(avcodec.AV_CODEC_ID_DVD_SUBTITLE, "size: 352x288\n", ""),
                new TestVideo.Subtitles(avcodec.AV_CODEC_ID_HDMV_PGS_SUBTITLE, "", ""));
        try (AudioPassThrough tracks = AudioPassThrough.of(in, ImageLimits.DEFAULT)) {
            assertThat(tracks.dropped())
                    .containsExactly("subtitle (dvd_subtitle)", "subtitle (hdmv_pgs_subtitle)");
        }
    }

    /** Its fonts and places are not for timed text and WebVTT. */
    @ParameterizedTest
    @EnumSource
    void theTextOfStyledSubtitlesIsKept(VideoFormat format) throws IOException {
        Path in = folder.resolve("styled.mkv");
        String head =
                """
                [Script Info]
                ScriptType: v4.00+

                [V4+ Styles]
                Format: Name, Fontname, Fontsize
                Style: Default,Arial,20

                [Events]
                Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
                """;
        String line = "0,0,Default,,0,0,0,,{\\pos(10,10)}hello";
        writeWithSubtitles(in, new TestVideo.Subtitles(avcodec.AV_CODEC_ID_ASS, head, line));
        try (AudioPassThrough tracks = AudioPassThrough.of(in, ImageLimits.DEFAULT)) {
            assertThat(tracks.dropped()).isEmpty();
        }
        try (MediaFile copy = MediaFile.open(copy(in, format), ImageLimits.DEFAULT)) {
            assertThat(subtitles(copy)).containsExactly("0 ms for 200 ms: hello");
        }
    }

    private static void writeWithSubtitles(Path matroska, TestVideo.Subtitles... subtitles) {
        TestVideo.write(matroska, "matroska", "libx264", "yuv420p", _ -> {}, List.of(subtitles));
    }

    /** Such as the voice of the director; FFmpeg writes no such flag into WebM. */
    @ParameterizedTest
    @EnumSource
    void soundKeepsThatItIsACommentaryInMp4(VideoFormat format) throws IOException {
        Path in = folder.resolve("commentary.mkv");
        TestSound.write(in, "libopus", "s16", avformat.AV_DISPOSITION_COMMENT);
        try (MediaFile copy = MediaFile.open(besidePictures(in, format), ImageLimits.DEFAULT)) {
            int flags = copy.context().streams(1).disposition();
            assertThat((flags & avformat.AV_DISPOSITION_COMMENT) != 0)
                    .isEqualTo(format == VideoFormat.MP4);
        }
    }

    /** What is neither carried by the container nor made into Opus is refused. */
    @ParameterizedTest
    @CsvSource({
        "aac, fltp, aac, opus",
        "libmp3lame, fltp, mp3, opus",
        "libopus, s16, opus, opus",
        "flac, s16, flac, opus",
        "alac, s16p, alac, opus",
        "ac3, fltp, ac3, opus",
        "eac3, fltp, eac3, opus",
        "vorbis, fltp, refused, vorbis",
        "pcm_s16le, s16, refused, opus",
        "mp2, s16, refused, opus"
    })
    void soundIsCopiedMadeIntoOpusOrRefusedByName(
            String encoder, String samples, String mp4, String webm) throws IOException {
        Path in = folder.resolve("sound.mkv");
        TestSound.write(in, encoder, samples);

        assertThat(soundIn(in, VideoFormat.WEBM)).isEqualTo(webm);
        if (mp4.equals("refused")) {
            assertThatThrownBy(() -> soundIn(in, VideoFormat.MP4))
                    .isInstanceOf(MediaRejected.class)
                    .hasMessageContaining("cannot be kept in an mp4");
        } else {
            assertThat(soundIn(in, VideoFormat.MP4)).isEqualTo(mp4);
        }
    }

    /** The codec of the sound beside a second of pictures. */
    private String soundIn(Path in, VideoFormat format) throws IOException {
        Path out = besidePictures(in, format);
        assertThat(VideoWriterTest.soundPackets(out)).hasSizeGreaterThan(5);
        return VideoProbe.of(out, ImageLimits.DEFAULT).tracks().get(1).codec();
    }

    private Path besidePictures(Path in, VideoFormat format) throws IOException {
        Path out = folder.resolve("sound." + format.title());
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(64, 48), new Rational(25, 1)).withFormat(format);
        try (AudioPassThrough audio = AudioPassThrough.of(in, ImageLimits.DEFAULT, format);
                VideoWriter writer = VideoWriter.open(out, encoding, audio)) {
            for (int i = 0; i < 25; i++) {
                writer.write(TestMedia.even(64, 48, i, i, i), i, 1);
            }
            writer.finish();
        }
        return out;
    }

    /** In the ticks of HDR10: 1000 candela, at most 1000 and 400 of them a pixel and a frame. */
    @ParameterizedTest
    @EnumSource
    void howBrightAVideoWasMasteredIsKept(VideoFormat format) throws IOException {
        Path in = folder.resolve("hdr.mkv");
        int[] display = new int[MASTERING_INTS];
        Arrays.fill(display, 0, MAX_LUMINANCE, 1);
        display[MAX_LUMINANCE] = 1000;
        Arrays.fill(display, MAX_LUMINANCE + 1, MASTERING_INTS, 1);
        TestVideo.write(
                in,
                "matroska",
                "libx264",
                "yuv420p10le",
                track -> {
                    add(track, avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA, display);
                    add(track, avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL, 1000, 400);
                });
        try (MediaFile copy = MediaFile.open(copy(in, format), ImageLimits.DEFAULT)) {
            AVCodecParameters track = copy.videoStream().codecpar();
            assertThat(ints(track, avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL)).startsWith(1000, 400);
            int[] found = ints(track, avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
            assertThat((double) found[MAX_LUMINANCE] / found[MAX_LUMINANCE + 1]).isEqualTo(1000);
        }
    }

    /** Two pictures side by side, one for each eye. */
    @Test
    void whatElseIsNotedOfThePictureIsNamed() {
        Path in = folder.resolve("stereo.mkv");
        TestVideo.write(
                in,
                "matroska",
                "libx264",
                "yuv420p",
                track -> add(track, avcodec.AV_PKT_DATA_STEREO3D, 1, 0, 0, 0, 0, 0, 1, 0, 1));
        try (AudioPassThrough tracks = AudioPassThrough.of(in, ImageLimits.DEFAULT)) {
            assertThat(tracks.dropped()).containsExactly("picture (Stereo 3D)");
        }
    }

    /** A struct of 32 bit numbers. */
    private static void add(AVCodecParameters track, int type, int... numbers) {
        AVPacketSideData before = track.coded_side_data();
        AVPacketSideData all = before == null ? new AVPacketSideData((Pointer) null) : before;
        int[] count = {track.nb_coded_side_data()};
        long bytes = 4L * numbers.length;
        AVPacketSideData note = avcodec.av_packet_side_data_new(all, count, type, bytes, 0);
        new IntPointer(note.data()).put(numbers, 0, numbers.length);
        track.coded_side_data(all).nb_coded_side_data(count[0]);
    }

    private static int[] ints(AVCodecParameters track, int type) {
        AVPacketSideData note =
                avcodec.av_packet_side_data_get(
                        track.coded_side_data(), track.nb_coded_side_data(), type);
        assertThat(note).as("note %d", type).isNotNull();
        int[] numbers = new int[(int) note.size() / 4];
        new IntPointer(note.data()).get(numbers);
        return numbers;
    }

    private Path copy(String name, VideoFormat format) throws IOException {
        return copy(TestMedia.file(folder, name), format);
    }

    private Path copy(Path in, VideoFormat format) throws IOException {
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
        }
        return out;
    }

    private static List<String> notes(MediaFile file, int type) {
        boolean mp4 = file.context().iformat().name().getString().contains("mp4");
        String title = mp4 ? "handler_name" : "title";
        List<String> notes = new ArrayList<>();
        for (int i = 0; i < file.context().nb_streams(); i++) {
            AVStream stream = file.context().streams(i);
            if (stream.codecpar().codec_type() == type) {
                boolean first = (stream.disposition() & avformat.AV_DISPOSITION_DEFAULT) != 0;
                notes.add(
                        note(stream.metadata(), "language")
                                + " "
                                + note(stream.metadata(), title)
                                + (first ? " default" : ""));
            }
        }
        return notes;
    }

    private static String note(AVDictionary notes, String key) {
        AVDictionaryEntry entry = avutil.av_dict_get(notes, key, null, 0);
        return entry == null ? "" : entry.value().getString(UTF_8);
    }

    private static List<String> chapters(MediaFile file) {
        List<String> chapters = new ArrayList<>();
        for (int i = 0; i < file.context().nb_chapters(); i++) {
            AVChapter chapter = file.context().chapters(i);
            chapters.add(
                    "%d to %d ms: %s"
                            .formatted(
                                    milliseconds(chapter.start(), chapter),
                                    milliseconds(chapter.end(), chapter),
                                    note(chapter.metadata(), "title")));
        }
        return chapters;
    }

    private static long milliseconds(long time, AVChapter chapter) {
        return avutil.av_rescale_q(time, chapter.time_base(), avutil.av_make_q(1, 1000));
    }

    /** Empty ones end the ones before in mp4. */
    private static List<String> subtitles(MediaFile file) {
        List<String> texts = new ArrayList<>();
        AVPacket packet = avcodec.av_packet_alloc();
        while (file.read(packet) >= 0) {
            AVStream stream = file.context().streams(packet.stream_index());
            if (stream.codecpar().codec_type() == avutil.AVMEDIA_TYPE_SUBTITLE) {
                byte[] bytes = new byte[packet.size()];
                packet.data().capacity(bytes.length).asByteBuffer().get(bytes);
                boolean timed = stream.codecpar().codec_id() == avcodec.AV_CODEC_ID_MOV_TEXT;
                int skip = timed ? 2 : 0;
                if (bytes.length > skip) {
                    texts.add(
                            "%d ms for %d ms: %s"
                                    .formatted(
                                            packet.pts(),
                                            packet.duration(),
                                            new String(bytes, skip, bytes.length - skip, UTF_8)));
                }
            }
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        return texts;
    }
}
