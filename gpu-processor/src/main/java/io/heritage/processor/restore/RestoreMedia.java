package io.heritage.processor.restore;

import io.heritage.media.ImageFormat;
import io.heritage.media.ImageHeader;
import io.heritage.media.ImageLimits;
import io.heritage.media.ImageProbe;
import io.heritage.media.MediaRejected;
import io.heritage.media.TemporaryFiles;
import io.heritage.media.VideoProbe;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.WorkObserver;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image or a video in a file. {@link #close()} removes a file that was fetched. */
record RestoreMedia(Path file, boolean temporary) implements AutoCloseable {
    private static final int HEADER = 1 << 16;
    private static final int BLOCK = 1 << 18;

    static RestoreMedia fetch(MediaStore media, MediaRef ref, WorkObserver observer)
            throws IOException {
        Path file = TemporaryFiles.ofThisProcess().newFile(".media");
        var fetched = new RestoreMedia(file, true);
        try (InputStream bytes = media.open(ref)) {
            copy(bytes, file, observer);
            return fetched;
        } catch (MediaLost e) {
            fetched.close();
            throw new JobFailed("media: " + e.getMessage() + "; please send the request again");
        } catch (IOException | RuntimeException e) {
            fetched.close();
            throw e;
        }
    }

    private static void copy(InputStream from, Path to, WorkObserver observer) throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int length = from.read(block); length >= 0; length = from.read(block)) {
                observer.checkpoint();
                out.write(block, 0, length);
            }
        }
    }

    /**
     * @param mediaType {@code auto} looks at the content: everything but an image is taken for a
     *     video, and so is a GIF of several images
     */
    boolean isImage(String mediaType, ImageLimits limits) throws IOException {
        return switch (mediaType) {
            case "image" -> true;
            case "video" -> false;
            default ->
                    switch (ImageProbe.of(header())) {
                        case ImageProbe.NotAnImage _ -> false;
                        case ImageProbe.Readable(ImageHeader found) ->
                                found.format() != ImageFormat.GIF || !isAnimated(limits);
                        case ImageProbe.HeaderCutOff _, ImageProbe.Damaged _ -> true;
                    };
        };
    }

    private boolean isAnimated(ImageLimits limits) {
        try {
            return VideoProbe.hasSeveralFrames(file, limits);
        } catch (MediaRejected _) {
            return false; // decoding it as a picture says what is wrong
        }
    }

    private ByteBuffer header() throws IOException {
        try (InputStream bytes = Files.newInputStream(file)) {
            return ByteBuffer.wrap(bytes.readNBytes(HEADER));
        }
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            Files.deleteIfExists(file);
        }
    }
}
