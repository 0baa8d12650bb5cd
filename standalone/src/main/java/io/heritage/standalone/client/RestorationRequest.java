package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.RestoreInput;
import java.io.IOException;
import java.math.BigInteger;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.file.Path;
import java.util.List;

/**
 * An image or a video to restore (SeedVR API, "Media Restoration").
 *
 * @param seed unsigned
 * @param encoding of the result; what is not said is left to the server
 */
public record RestorationRequest(
        Path media,
        RestoreInput.Model model,
        int height,
        int width,
        long seed,
        int steps,
        double cfgScale,
        double cfgRescale,
        RestoreInput.Options options,
        RestoreInput.Encoding encoding)
        implements JobRequest {

    @Override
    public BodyPublisher body() throws IOException {
        return JobRequest.body(
                List.of(
                        new Text("{\"input\":{\"media\":\""),
                        new Encoded(media),
                        new Text("\"," + fields().toString().substring(1) + "}")));
    }

    private ObjectNode fields() {
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        encoding.format().ifPresent(format -> fields.put("format", format));
        encoding.crf().ifPresent(crf -> fields.put("crf", crf));
        return fields.put("bit_depth", encoding.bitDepth())
                .put("action", "restore")
                .put("model_type", model.type())
                .put("model_variant", model.variant())
                .put("res_h", height)
                .put("res_w", width)
                .put("seed", new BigInteger(Long.toUnsignedString(seed)))
                .put("sample_steps", steps)
                .put("cfg_scale", cfgScale)
                .put("cfg_rescale", cfgRescale)
                .put("fit", options.fit())
                .put("colour_fix", options.colourFix())
                .put("precision", options.precision())
                .put("deinterlace", options.deinterlace());
    }
}
