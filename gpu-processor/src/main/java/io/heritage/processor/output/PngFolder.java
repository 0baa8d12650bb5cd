package io.heritage.processor.output;

import io.heritage.media.OrderedPngWriter;
import io.heritage.media.PngEncoder;
import io.heritage.media.RgbFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Frames as {@code 0000.png} … in a folder, encoded beside the computation. */
final class PngFolder implements FrameFile {
    private final Path folder;
    private final OrderedPngWriter encoders;

    /**
     * @param threads that encode
     */
    PngFolder(Path folder, int threads) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.encoders =
                new OrderedPngWriter(
                        threads, 2 * threads + 2, PngEncoder.DEFAULT_LEVEL, this::store);
    }

    private void store(long index, ByteBuffer png) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        folder.resolve("%04d.png".formatted(index)),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            while (png.hasRemaining()) {
                file.write(png);
            }
        }
    }

    @Override
    public void accept(RgbFrame frame) throws IOException {
        encoders.write(frame);
    }

    @Override
    public void finish() throws IOException {
        encoders.finish();
    }

    /** PNG files that were written stay: each is complete. */
    @Override
    public void close() {
        encoders.close();
    }
}
