package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heritage.media.ImageLimits;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.restore.TinyRestoring;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.Payload;
import io.heritage.schemas.SampleDepth;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media in and out of restore jobs, good and bad, on a tiny model behind a real broker. */
@Timeout(300)
class RestoreMediaTest {
    private static final String SMALL =
            "{\"media\":{\"$media\":0},\"res_h\":32,\"res_w\":48,\"model_type\":\"seedvr2_3b\"}";

    @TempDir static Path dir;
    private static TinyRestoring restoring;
    private static byte[] chelsea;
    private static byte[] bunny;

    @BeforeAll
    static void startProcessor() throws Exception {
        chelsea = Installation.resource("chelsea.png");
        bunny = Installation.resource("bunny-1s.mp4");
        restoring = TinyRestoring.start(dir, "auto", SeedVr2Variant.SEEDVR2_3B);
    }

    @AfterAll
    static void everythingIsGivenBack() throws Exception {
        restoring.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mp4", "webm"})
    void aVideoOfTenBitsComesBackSo(String format) throws Exception {
        byte[] deep = deepVideo();
        Path eight = restoring.saved(restoring.completed(with("\"crf\":4"), deep), "eight.mp4");

        Payload output =
                restoring.completed(
                        with("\"format\":\"%s\",\"bit_depth\":10,\"crf\":4".formatted(format)),
                        deep);

        assertThat(output.body().path("processing_info").toString())
                .contains("\"format\":\"%s\",\"crf\":4,\"bit_depth\":10".formatted(format));
        assertThat(output.mediaAt(output.body().path("media").get(0)).mediaType())
                .isEqualTo("video/" + format);
        Path file = restoring.saved(output, "ten." + format);
        assertThat(VideoProbe.of(file, ImageLimits.DEFAULT).bitDepth()).isEqualTo(10);
        assertThat(TinyRestoring.millisecondsOfFrames(file))
                .containsExactly(0L, 40L, 100L, 101L, 200L);
        assertThat(meanDifference(file, eight)).as("levels of 8 bit").isLessThan(3);
    }

    @Test
    void whatIsNotOfAnImageOrNotOfAVideoIsRefused() throws Exception {
        assertThat(restoring.failed(with("\"format\":\"webm\""), chelsea))
                .isEqualTo("format: an image is written as png, found webm");
        assertThat(restoring.failed(with("\"format\":\"png\""), deepVideo()))
                .isEqualTo("format: a video is written as mp4 or webm, found png");
        assertThat(restoring.failed(with("\"crf\":20"), chelsea))
                .startsWith("crf: the media is an image");
        assertThat(restoring.failed(with("\"bit_depth\":10"), chelsea))
                .startsWith("bit_depth: the media is an image");
    }

    static Stream<Arguments> badMedia() throws Exception {
        byte[] clip = restoring.video(37, 51, 3);
        byte[] png = chelsea.clone();
        ByteBuffer.wrap(png).putInt(16, 100_000).putInt(20, 100_000);
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        noise[0] = 7; // no magic number by chance
        return Stream.of(
                arguments(
                        "nothing",
                        new byte[0],
                        "media: neither an image nor a video but empty; expected PNG"),
                arguments(
                        "noise",
                        noise,
                        "media: neither an image nor a video but unknown bytes that begin with 07"),
                arguments(
                        "text",
                        ascii("once upon a time there was a video"),
                        "media: neither an image nor a video but text; expected PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC or AVIF, or MP4"),
                arguments(
                        "base64 once more",
                        Base64.getEncoder().encode(chelsea),
                        "media: neither an image nor a video but text, base64 of a picture (encoded twice?)"),
                arguments(
                        "mp4 cut off",
                        Arrays.copyOf(clip, clip.length - 20),
                        "media: video ends early, after"),
                arguments(
                        "mp4 cut off before its index",
                        Arrays.copyOf(bunny, bunny.length / 2),
                        "media: an MP4 video without its index (moov)"),
                arguments(
                        "mp4 without its index",
                        withoutIndex(bunny),
                        "media: an MP4 video without its index (moov)"),
                arguments(
                        "picture cut off",
                        Arrays.copyOf(chelsea, chelsea.length / 2),
                        "media: PNG ends after"),
                arguments(
                        "mp4 of sound alone",
                        soundAlone(),
                        "media: no video track among the file's tracks: audio (aac)"),
                arguments(
                        "no frames",
                        ascii("YUV4MPEG2 W64 H48 F25:1 Ip A1:1 C420jpeg\n"),
                        "media: video without frames: its rawvideo track of 64x48 is empty"),
                arguments(
                        "a huge picture",
                        png,
                        "media: 100000x100000 pixels (10000 megapixels) exceed the limit of"),
                arguments(
                        "a huge video",
                        ascii("YUV4MPEG2 W100000 H100000 F25:1 Ip A1:1 C420jpeg\nFRAME\n"),
                        "media: a YUV4MPEG2 video that cannot be opened, it is damaged"),
                arguments(
                        "a huge mp4", hugeMp4(clip), "media: 60000x60000 pixels (3600 megapixels)"),
                arguments(
                        "animated WebP",
                        animatedWebp(),
                        "media: damaged WebP: it is an animation, send a still picture or a video"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void badMedia(String name, byte[] media, String error) throws Exception {
        assertThat(restoring.failed(SMALL, media)).startsWith(error);
    }

    @Test
    void mediaThatIsNotWhatTheRequestSaysIsNamed() throws Exception {
        assertThat(restoring.failed(with("\"media_type\":\"image\""), restoring.video(37, 51, 1)))
                .startsWith("media: not an image but an MP4 video; expected PNG, JPEG, ");
        assertThat(restoring.failed(with("\"media_type\":\"video\""), chelsea))
                .startsWith("media: not a video but a picture (PNG); expected MP4, ");
    }

    @Test
    void afterRefusalsTheNextJobRunsAndNothingIsLeft() throws Exception {
        List<Path> before = temporaryFiles();
        assertThat(restoring.failed(SMALL, Arrays.copyOf(bunny, bunny.length / 2)))
                .startsWith("media: ");
        assertThat(
                        restoring.failed(
                                with("\"format\":\"webm\",\"bit_depth\":10"), withoutIndex(bunny)))
                .startsWith("media: ");
        restoring.completed(SMALL, chelsea);
        restoring.completed(with("\"format\":\"webm\""), restoring.video(37, 51, 2));

        assertThat(before).containsAll(temporaryFiles());
        assertThat(Pointer.totalBytes()).as("native memory of FFmpeg").isLessThan(1 << 20);
    }

    /** Those of this process; another one of the build has the same folder. */
    private static List<Path> temporaryFiles() throws IOException {
        String ours = "heritage-" + ProcessHandle.current().pid() + "-*";
        var found = new ArrayList<Path>();
        try (var folders =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), ours)) {
            for (Path folder : folders) {
                try (var files = Files.newDirectoryStream(folder, "[!.]*")) {
                    files.forEach(found::add);
                }
            }
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 6})
    void oddVideosOfFewFramesKeepTheirFrames(int frames) throws Exception {
        Payload output = restoring.completed(SMALL, restoring.video(37, 51, frames));
        assertThat(output.body().at("/processing_info/frames").asInt()).isEqualTo(frames);
        assertThat(output.body().path("media_type").asText()).isEqualTo("video");
    }

    static Stream<Arguments> pictures() throws Exception {
        BufferedImage grey = new BufferedImage(37, 51, BufferedImage.TYPE_USHORT_GRAY);
        BufferedImage rgb = new BufferedImage(37, 51, BufferedImage.TYPE_3BYTE_BGR);
        return Stream.of(
                arguments("16 bit PNG", encoded(grey, "png")),
                arguments("BMP", encoded(rgb, "bmp")),
                arguments("TIFF", encoded(rgb, "tiff")),
                arguments("JPEG", encoded(rgb, "jpeg")),
                arguments("GIF", encoded(rgb, "gif")),
                arguments("CMYK JPEG", Installation.resource("chelsea-cmyk.jpg")),
                arguments("WebP", Installation.resource("chelsea-lossy.webp")),
                arguments("HEIC of several tiles", ofMediaTests("grid.heic")),
                arguments("AVIF", ofMediaTests("plain.avif")));
    }

    private static byte[] ofMediaTests(String name) throws IOException {
        return Files.readAllBytes(
                Path.of("../media/src/test/resources/io/heritage/media").resolve(name));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void pictures(String name, byte[] picture) throws Exception {
        Payload output = restoring.completed(SMALL, picture);
        assertThat(output.body().path("media_type").asText()).isEqualTo("image");
        assertThat(ImageIO.read(restoring.saved(output, "picture.png").toFile())).isNotNull();
    }

    @Test
    void aPhotographIsTurnedAsItsExifSays() throws Exception {
        byte[] jpeg = encoded(new BufferedImage(96, 48, BufferedImage.TYPE_3BYTE_BGR), "jpeg");
        Payload output = restoring.completed(SMALL, withExifOrientation(jpeg, 6));
        assertThat(output.body().at("/processing_info/height").asInt())
                .isGreaterThan(output.body().at("/processing_info/width").asInt());
    }

    @Test
    void anAnimatedGifIsAVideoUnlessAnImageIsAskedFor() throws Exception {
        byte[] gif = animatedGif(3);
        Payload video = restoring.completed(SMALL, gif);
        assertThat(video.body().path("media_type").asText()).isEqualTo("video");
        assertThat(TinyRestoring.millisecondsOfFrames(restoring.saved(video, "gif.mp4")))
                .containsExactly(0L, 100L, 200L);
        Payload first = restoring.completed(with("\"media_type\":\"image\""), gif);
        assertThat(first.body().path("media_type").asText()).isEqualTo("image");
    }

    @Test
    void aFileUnderTheNameOfAnotherModelIsNamed() throws Exception {
        Path dit = SeedVr2Files.find(restoring.models(), SeedVr2Variant.SEEDVR2_3B).dit();
        Path vae = SeedVr2Files.find(restoring.models(), SeedVr2Variant.SEEDVR2_3B).vae();
        Path wrong = restoring.models().resolve("seedvr2_ema_7b.safetensors");
        String initialize = "{\"action\":\"initialize\",\"model_type\":\"seedvr2_7b\"}";

        Files.copy(dit, wrong);
        assertThat(restoring.failed(initialize))
                .startsWith("Model initialization failed: ")
                .contains("seedvr2_ema_7b.safetensors", "expected seedvr2_7b, found seedvr2_3b");
        Files.copy(vae, wrong, StandardCopyOption.REPLACE_EXISTING);
        assertThat(restoring.failed(initialize))
                .contains("seedvr2_ema_7b.safetensors", "expected seedvr2_7b, found vae");
        restoring.completed(SMALL, chelsea);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] encoded(BufferedImage image, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    private static int indexOf(byte[] bytes, String name) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name);
        assertThat(at).as(name).isNotNegative();
        return at;
    }

    /** The box moov renamed: players pass by what they do not know. */
    private static byte[] withoutIndex(byte[] mp4) {
        byte[] bytes = mp4.clone();
        bytes[indexOf(bytes, "moov")] = 'x';
        return bytes;
    }

    /** Width and height of the sample entry, 28 bytes behind its name. ISO 14496-12, 12.1.3. */
    private static byte[] hugeMp4(byte[] mp4) {
        byte[] bytes = mp4.clone();
        int size = bytes.length - indexOf(reversed(bytes), "1cva") - 4 + 28;
        ByteBuffer.wrap(bytes).putShort(size, (short) 60_000).putShort(size + 2, (short) 60_000);
        return bytes;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] turned = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            turned[bytes.length - 1 - i] = bytes[i];
        }
        return turned;
    }

    /** The sound of a clip, without its video. */
    private static byte[] soundAlone() throws IOException {
        Path in = Files.write(dir.resolve("with-picture.mp4"), bunny);
        Path out = dir.resolve("sound-alone.mp4");
        AVFormatContext source = new AVFormatContext(null);
        AVFormatContext target = new AVFormatContext(null);
        AVPacket packet = avcodec.av_packet_alloc();
        avformat.avformat_open_input(source, in.toString(), null, (AVDictionary) null);
        avformat.avformat_find_stream_info(source, (AVDictionary) null);
        avformat.avformat_alloc_output_context2(target, null, "mp4", out.toString());
        AVStream sound = source.streams(1);
        AVStream track = avformat.avformat_new_stream(target, null);
        avcodec.avcodec_parameters_copy(track.codecpar(), sound.codecpar());
        track.codecpar().codec_tag(0);
        AVIOContext file = new AVIOContext(null);
        avformat.avio_open(file, out.toString(), avformat.AVIO_FLAG_WRITE);
        target.pb(file);
        avformat.avformat_write_header(target, (AVDictionary) null);
        while (avformat.av_read_frame(source, packet) >= 0) {
            if (packet.stream_index() == 1) {
                avcodec.av_packet_rescale_ts(packet, sound.time_base(), track.time_base());
                packet.stream_index(0);
                avformat.av_interleaved_write_frame(target, packet);
            }
            avcodec.av_packet_unref(packet);
        }
        avformat.av_write_trailer(target);
        avformat.avio_closep(target.pb());
        avformat.avformat_free_context(target);
        avformat.avformat_close_input(source);
        avcodec.av_packet_free(packet);
        return Files.readAllBytes(out);
    }

    /** Its header, with the flag for an animation. */
    private static byte[] animatedWebp() {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(ascii("RIFF")).putInt(56).put(ascii("WEBPVP8X")).putInt(10).putInt(2);
        return bytes.put(new byte[] {47, 0, 0, 31, 0, 0}).array();
    }

    private static byte[] animatedGif(int frames) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
        var bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (int i = 0; i < frames; i++) {
                BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_BYTE_INDEXED);
                image.createGraphics().fillRect(i * 9, 5, 8, 8);
                IIOMetadata metadata =
                        writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), null);
                String format = metadata.getNativeMetadataFormatName();
                IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
                IIOMetadataNode control =
                        (IIOMetadataNode)
                                root.getElementsByTagName("GraphicControlExtension").item(0);
                control.setAttribute("delayTime", "10"); // hundredths of a second
                metadata.setFromTree(format, root);
                writer.writeToSequence(new IIOImage(image, null, metadata), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** APP1 behind the start of the file: a TIFF header and a directory of one tag. */
    private static byte[] withExifOrientation(byte[] jpeg, int orientation) {
        ByteBuffer exif = ByteBuffer.allocate(jpeg.length + 36);
        exif.put(jpeg, 0, 2).putShort((short) 0xffe1).putShort((short) 34);
        exif.put(ascii("Exif")).putShort((short) 0).put(ascii("MM")).putShort((short) 42).putInt(8);
        exif.putShort((short) 1).putShort((short) 274).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0).putInt(0);
        return exif.put(jpeg, 2, jpeg.length - 2).array();
    }

    /** Five frames of a gradient at uneven times. */
    private static byte[] deepVideo() throws IOException {
        Path file = Files.createTempFile(dir, "deep", ".mp4");
        VideoEncoding encoding =
                VideoEncoding.of(new FrameSize(96, 64), new Rational(25, 1))
                        .withRate(new Rational(1, 1000), new Rational(25, 1))
                        .withBitDepth(10);
        try (VideoWriter writer = VideoWriter.open(file, encoding, null);
                RgbFrame frame = RgbFrame.allocate(96, 64, SampleDepth.SIXTEEN)) {
            var samples = frame.pixels().order(ByteOrder.nativeOrder()).asShortBuffer();
            for (int i = 0; i < samples.capacity(); i++) {
                samples.put(i, (short) (i / 3 % 96 * 600 + i % 3 * 3000));
            }
            for (long time : new long[] {0, 40, 100, 101, 200}) {
                writer.write(frame, time, 40);
            }
            writer.finish();
        }
        return Files.readAllBytes(file);
    }

    private static double meanDifference(Path one, Path other) throws IOException {
        try (VideoReader a = VideoReader.open(one, ImageLimits.DEFAULT);
                VideoReader b = VideoReader.open(other, ImageLimits.DEFAULT);
                VideoFrame left = Objects.requireNonNull(a.next());
                VideoFrame right = Objects.requireNonNull(b.next())) {
            ByteBuffer x = left.pixels().pixels();
            ByteBuffer y = right.pixels().pixels();
            return IntStream.range(0, x.capacity())
                    .map(i -> Math.abs((x.get(i) & 0xff) - (y.get(i) & 0xff)))
                    .average()
                    .orElseThrow();
        }
    }

    /** {@link #SMALL} with more fields, which count instead of its own of the same name. */
    private static String with(String fields) {
        return SMALL.substring(0, SMALL.length() - 1) + "," + fields + "}";
    }
}
