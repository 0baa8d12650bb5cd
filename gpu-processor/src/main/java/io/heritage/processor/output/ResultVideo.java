package io.heritage.processor.output;

import io.heritage.media.RgbFrame;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoWriter;
import io.heritage.processor.job.Attempt;
import io.heritage.schemas.MediaRef;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The frames of a job's result as one video, encoded on a thread of its own while the network
 * computes. It grows in a temporary file and is stored at the end.
 */
public final class ResultVideo implements ResultMedia {
    private final MediaUpload upload;
    private final MediaPart part;
    private final VideoWriter writer;
    private final EncodeBehind encoder;
    private long frames;

    private ResultVideo(MediaUpload upload, MediaPart part, VideoWriter writer) {
        this.upload = upload;
        this.part = part;
        this.writer = writer;
        this.encoder = new EncodeBehind(writer);
    }

    public static ResultVideo begin(
            MediaStore results, Attempt attempt, VideoEncoding encoding, long maxBytes)
            throws IOException {
        MediaUpload upload = results.begin(attempt.job().id().value());
        try {
            MediaPart part =
                    upload.part(
                            "video." + encoding.format().title(), encoding.format().mediaType());
            return new ResultVideo(
                    upload,
                    part,
                    VideoWriter.open(new LimitedOutput(part, maxBytes), encoding, null));
        } catch (IOException | RuntimeException e) {
            upload.close();
            throw e;
        }
    }

    @Override
    public void accept(RgbFrame frame) throws IOException {
        encoder.write(frame, frames++, 1);
    }

    @Override
    public List<MediaRef> finish() throws IOException {
        encoder.finish();
        part.close();
        return List.of(part.durable());
    }

    @Override
    public Optional<String> encoder() {
        return Optional.of(writer.encoder());
    }

    @Override
    public void close() throws IOException {
        try (upload;
                writer) {
            encoder.close();
        }
    }
}
