package io.heritage.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.processor.restore.TinyRestoring;
import io.heritage.schemas.FrameSize;
import io.heritage.schemas.SampleDepth;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tiny model behind a real broker, and media for its jobs. */
@Timeout(300)
abstract class RestoreMediaFixture {
    static final String SMALL =
            "{\"media\":{\"$media\":0},\"res_h\":32,\"res_w\":48,\"model_type\":\"seedvr2_3b\"}";

    @TempDir static Path dir;
    static TinyRestoring restoring;
    static byte[] chelsea;
    static byte[] bunny;

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

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] encoded(BufferedImage image, String format) throws IOException {
        var out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteArray();
    }

    static int indexOf(byte[] bytes, String name) {
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(name);
        assertThat(at).as(name).isNotNegative();
        return at;
    }

    static byte[] animatedGif(int frames) throws IOException {
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

    /** Five frames of a gradient at uneven times. */
    static byte[] deepVideo() throws IOException {
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

    /** {@link #SMALL} with more fields, which count instead of its own of the same name. */
    static String with(String fields) {
        return SMALL.substring(0, SMALL.length() - 1) + "," + fields + "}";
    }
}
