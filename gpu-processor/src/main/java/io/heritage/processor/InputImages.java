package io.heritage.processor;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.media.ImageDecoder;
import io.heritage.media.MediaRejected;
import io.heritage.media.RgbFrame;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.transport.MediaLost;
import io.heritage.transport.MediaStore;
import java.io.IOException;
import java.io.InputStream;

/** The pictures of a request, streamed from the media store and decoded upright. */
final class InputImages {
    private final MediaStore media;
    private final ImageDecoder decoder;

    InputImages(MediaStore media, ImageDecoder decoder) {
        this.media = media;
        this.decoder = decoder;
    }

    /**
     * @param field of the request, for messages
     * @return to be closed by the caller
     * @throws InvalidInput if it is no picture, damaged, beyond the limits or not stored any more
     */
    RgbFrame fetch(String field, JsonNode placeholder, Payload input)
            throws InvalidInput, IOException {
        try (InputStream bytes = media.open(input.mediaAt(placeholder))) {
            return decoder.decode(bytes);
        } catch (MediaRejected e) {
            throw new InvalidInput(field + ": " + e.getMessage(), e);
        } catch (MediaLost e) {
            throw new InvalidInput(
                    field + ": " + e.getMessage() + "; please send the request again", e);
        }
    }
}
