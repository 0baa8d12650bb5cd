import io.heritage.media.Rational;
import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.media.VideoWriter;
import io.heritage.schemas.FrameSize;
import java.nio.file.Path;

/**
 * Writes a clip whose frames show their number as eight black or white blocks, in two rows of four, on a moving background. It
 * has B-frames and long distances between key frames, as Heritage's encoders make them. {@code NumberedClip FILE FRAMES}.
 */
final class NumberedClip {
    private static final int BLOCK = 48;
    private static final int ACROSS = 4;
    private static final FrameSize SIZE = new FrameSize(ACROSS * BLOCK, 2 * BLOCK);

    private NumberedClip() {}

    public static void main(String[] args) throws Exception {
        var file = Path.of(args[0]);
        var format = file.toString().endsWith(".webm") ? VideoFormat.WEBM : VideoFormat.MP4;
        var encoding = VideoEncoding.of(SIZE, new Rational(25, 1)).withFormat(format);
        try (var writer = VideoWriter.open(file, encoding, null)) {
            for (int number = 0; number < Integer.parseInt(args[1]); number++) {
                try (RgbFrame frame = drawn(number)) {
                    writer.write(frame, number, 1);
                }
            }
            writer.finish();
        }
    }

    private static RgbFrame drawn(int number) {
        RgbFrame frame = RgbFrame.allocate(SIZE.width(), SIZE.height());
        for (int y = 0; y < SIZE.height(); y++) {
            for (int x = 0; x < SIZE.width(); x++) {
                int bit = y / BLOCK * ACROSS + x / BLOCK;
                int noise = (x * 7 + y * 13 + number * 29) % 23;
                byte value = (byte) ((number >> bit & 1) == 1 ? 225 + noise : 7 + noise);
                int at = 3 * (y * SIZE.width() + x);
                frame.pixels().put(at, value).put(at + 1, value).put(at + 2, value);
            }
        }
        return frame;
    }
}
