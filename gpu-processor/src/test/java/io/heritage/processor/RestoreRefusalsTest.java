package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.heritage.models.seedvr2.SeedVr2Files;
import io.heritage.models.seedvr2.SeedVr2Variant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Media that a restore job is refused for. */
class RestoreRefusalsTest extends RestoreMediaFixture {
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
}
