package io.heritage.processor.interpolate;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.RgbFrame;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.media.MediaLost;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;

/** The images of a request, streamed from the media store. */
final class InputImages {
    private final MediaStore media;
    private final ImageDecoder decoder;

    InputImages(MediaStore media, ImageDecoder decoder) {
        this.media = media;
        this.decoder = decoder;
    }

    /**
     * @param field its name in the request
     */
    Picture picture(String field, JsonNode placeholder, Payload input) {
        MediaRef ref = input.mediaAt(placeholder);
        return new Picture(field, () -> fetch(field, ref));
    }

    private RgbFrame fetch(String field, MediaRef ref) throws IOException {
        try (InputStream bytes = media.open(ref)) {
            return decoder.decode(bytes);
        } catch (MediaLost e) {
            throw new JobFailed(field + ": " + e.getMessage() + "; please send the request again");
        }
    }
}
