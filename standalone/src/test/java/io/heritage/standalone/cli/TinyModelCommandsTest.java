package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.ImageDecoder;
import io.heritage.media.ImageLimits;
import io.heritage.media.PngEncoder;
import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tiny models that are made, listed and used, by the command line. */
class TinyModelCommandsTest extends HeritageCommandFixture {
    @Test
    void aTinyModelIsMadeAndListedAndRestoresAnImage() throws Exception {
        String models = folder.resolve("ckpts").toString();
        assertThat(run("models", "make-tiny", "seedvr2_3b", "--into", models)).isZero();
        assertThat(run("models", "list", "--models", models)).isZero();
        assertThat(out.toString())
                .containsPattern("seedvr2_3b +tiny, random weights: seedvr2_ema_3b")
                .containsPattern("seedvr2_7b +missing: seedvr2_ema_7b.pth \\(or ")
                .contains("heritage models pull NAME");
        Path picture = folder.resolve("in.png");
        try (RgbFrame frame = RgbFrame.allocate(40, 24);
                var encoder = new PngEncoder();
                OutputStream png = Files.newOutputStream(picture)) {
            encoder.encode(frame, png);
        }
        Path restored = folder.resolve("out.png");

        int code =
                run(
                        "restore",
                        picture.toString(),
                        "-o",
                        restored.toString(),
                        "--model",
                        "seedvr2_3b",
                        "--size",
                        "70x50",
                        "--fit",
                        "exact",
                        "--color-fix",
                        "adain",
                        "--precision",
                        "bf16",
                        "--json",
                        "--models",
                        models);

        assertThat(code).as(err.toString()).isZero();
        try (InputStream png = Files.newInputStream(restored);
                RgbFrame frame = new ImageDecoder(ImageLimits.DEFAULT).decode(png)) {
            assertThat(frame.width()).isEqualTo(70);
            assertThat(frame.height()).isEqualTo(50);
        }
        assertThat(out.toString())
                .contains("\"fit\":\"exact\",\"colour_fix\":\"adain\",\"precision\":\"bf16\"");
        Path tiny = folder.resolve("tiny.png");
        assertThat(
                        run(
                                "restore",
                                picture.toString(),
                                "-o",
                                tiny.toString(),
                                "--model",
                                "tiny",
                                "--size",
                                "32x48"))
                .as(err.toString())
                .isZero();
        assertThat(tiny).isNotEmptyFile();
        assertThat(run("restore", picture.toString(), "-o", "x.mp4", "--model", "seedvr2_3b"))
                .isEqualTo(2);
        assertThat(err.toString()).contains(".png");
        assertThat(
                        run(
                                "restore",
                                picture.toString(),
                                "-o",
                                "x.png",
                                "--model",
                                "seedvr2_3b",
                                "--precision",
                                "fp8"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--precision: expected one of [auto, fp32, bf16, fp16], found fp8");
    }

    @Test
    void aTinyWanIsMadeAndListedAndMakesAVideoFromOnePicture() throws Exception {
        String models = folder.resolve("ckpts").toString();
        assertThat(run("models", "make-tiny", "seedvr2_3b", "--fp8", "--into", models))
                .isEqualTo(2);
        assertThat(run("models", "list", "--models", models)).isZero();
        assertThat(out.toString())
                .containsPattern("wan22 +missing: Wan2.2_Remix_NSFW_i2v_14b_high_lighting");
        assertThat(run("models", "make-tiny", "wan22", "--fp8", "--into", models)).isZero();
        assertThat(run("models", "list", "--models", models)).isZero();
        assertThat(out.toString())
                .containsPattern("wan22 +tiny, random weights: .*wan_vae_v1.safetensors");
        Path picture = folder.resolve("in.png");
        try (RgbFrame frame = RgbFrame.allocate(40, 40);
                var encoder = new PngEncoder();
                OutputStream png = Files.newOutputStream(picture)) {
            encoder.encode(frame, png);
        }
        Path video = folder.resolve("out.webm");
        List<String> command =
                List.of(
                        "interpolate",
                        picture.toString(),
                        "-o",
                        video.toString(),
                        "--engine",
                        "wan",
                        "--prompt",
                        "a (cat:1.2) runs",
                        "--resolution",
                        "480",
                        "--steps",
                        "4",
                        "--frame-length",
                        "17",
                        "--interpolation",
                        "1",
                        "--json",
                        "--models",
                        models);

        int code = run(command.toArray(String[]::new));

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("\"format\":\"webm\",\"frame_count\":17")
                .contains("\"engine\":\"wan\"")
                .contains("\"tiny\":true");
        assertThat(VideoProbe.of(video, ImageLimits.DEFAULT).codec()).isEqualTo("vp9");
    }

    @Test
    void aVideoIsRestoredIntoTheFormatOfTheOutputsName() throws Exception {
        String models = folder.resolve("ckpts").toString();
        assertThat(run("models", "make-tiny", "seedvr2_3b", "--into", models)).isZero();
        Path clip = folder.resolve("in.mp4");
        FrameSize size = new FrameSize(48, 32);
        try (RgbFrame frame = RgbFrame.allocate(48, 32);
                VideoWriter writer =
                        VideoWriter.open(clip, VideoEncoding.of(size, new Rational(25, 1)), null)) {
            writer.write(frame, 0, 1);
            writer.write(frame, 1, 1);
            writer.finish();
        }
        Path restored = folder.resolve("out.webm");

        int code =
                run(
                        List.of(
                                "restore",
                                clip,
                                "-o",
                                restored,
                                "--model",
                                "seedvr2_3b",
                                "--size",
                                "48x32",
                                "--bit-depth",
                                10,
                                "--crf",
                                40,
                                "--models",
                                models,
                                "--json"));

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString()).contains("\"format\":\"webm\",\"crf\":40,\"bit_depth\":10");
        assertThat(VideoProbe.of(restored, ImageLimits.DEFAULT).bitDepth()).isEqualTo(10);
        for (List<Object> wrong :
                List.<List<Object>>of(
                        List.of("-o", "x.png"),
                        List.of("-o", "x.mp4", "--format", "webm"),
                        List.of("-o", "x.mp4", "--crf", 52),
                        List.of("-o", "x.mp4", "--bit-depth", 9))) {
            List<Object> line = new ArrayList<>(List.of("restore", clip, "--model", "seedvr2_3b"));
            line.addAll(wrong);
            assertThat(run(line)).as("%s", wrong).isEqualTo(2);
        }
        assertThat(err.toString())
                .contains("ends with .mp4 or .webm", "--format:", "--crf:", "--bit-depth:");
    }

    private int run(List<Object> line) {
        return run(line.stream().map(Object::toString).toArray(String[]::new));
    }
}
