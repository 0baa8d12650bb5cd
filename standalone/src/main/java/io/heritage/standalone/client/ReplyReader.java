package io.heritage.standalone.client;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a job object while it arrives; at most one frame's part is held. */
final class ReplyReader {
    private static final JsonFactory JSON = Wire.json().getFactory();
    private static final Set<String> PARTS = Set.of("frames", "media");
    private static final String VIDEO = "video";
    private static final String SAME_AS_MEDIA = "videos";

    private final JsonParser parser;
    private final FrameTarget target;
    private String id = "";
    private String status = "";
    private @Nullable String error;
    private JsonNode output = JsonNodeFactory.instance.nullNode();
    private int frames;
    private boolean video;

    private ReplyReader(JsonParser parser, FrameTarget target) {
        this.parser = parser;
        this.target = target;
    }

    static ServerReply read(InputStream body, FrameTarget target) throws IOException {
        try (JsonParser parser = JSON.createParser(body)) {
            return new ReplyReader(parser, target).reply();
        }
    }

    private ServerReply reply() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw unreadable("the server's reply is not a JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            switch (name) {
                case "id" -> id = parser.getText();
                case "status" -> status = parser.getText();
                case "error" -> error = parser.getText();
                case "output" -> output();
                default -> parser.skipChildren();
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw unreadable("the server's reply is incomplete");
        }
        if (status.isEmpty()) {
            throw unreadable("the server's reply has no status");
        }
        return new ServerReply(id, status, output, error, frames, video);
    }

    private static ServerUnreachable unreadable(String how) {
        return new ServerUnreachable(how, new IOException(how));
    }

    private void output() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            output = parser.readValueAsTree();
            return;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (PARTS.contains(name) && value == JsonToken.START_ARRAY) {
                frames();
            } else if (name.equals(VIDEO) && value == JsonToken.VALUE_STRING) {
                video();
            } else if (name.equals(SAME_AS_MEDIA)) {
                parser.skipChildren();
            } else {
                fields.set(name, parser.readValueAsTree());
            }
        }
        output = fields;
    }

    private void video() throws IOException {
        try (OutputStream whole = target.video()) {
            parser.readBinaryValue(whole);
        }
        video = true;
    }

    private void frames() throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_STRING) {
                throw unreadable("frame " + frames + " of the server's reply is not a string");
            }
            try (OutputStream frame = target.frame(frames)) {
                parser.readBinaryValue(frame);
            }
            frames++;
        }
    }
}
