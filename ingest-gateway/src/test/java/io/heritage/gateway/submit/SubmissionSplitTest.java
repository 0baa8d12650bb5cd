package io.heritage.gateway.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.submit.SubmissionReader.Submission;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Submissions that arrive in pieces, and random ones. */
final class SubmissionSplitTest extends SubmissionFixture {
    @Nested
    final class AtRandom {

        @Test
        void theResultDoesNotDependOnWhereTheStreamIsSplit() throws Exception {
            byte[] image = random(150_000, 5);
            String json =
                    "{\"input\" : {\"prompt\":\"a \\\"b\\\" \\u00e4 ö !"
                            + " \\\\\",\"start_image_base64\":\""
                            + Base64.getMimeEncoder()
                                    .encodeToString(image)
                                    .replace("\r\n", "\\r\\n")
                                    .replace("/", "\\/")
                            + "\",\"end_image_base64\":\"data:image/png;base64,"
                            + Base64.getUrlEncoder().withoutPadding().encodeToString(image)
                            + "\",\"list\":[1,-2.5e3,true,null,{\"a\":[]}]}}";
            var whole = read(json);
            for (long seed = 0; seed < 60; seed++) {
                media.clear();
                var found = read(new Split(json.getBytes(UTF_8), seed), EndpointKind.INTERPOLATE);
                assertThat(found.body()).as("seed " + seed).isEqualTo(whole.body());
                assertThat(media.part("start_image_base64")).isEqualTo(image);
                assertThat(media.part("end_image_base64")).isEqualTo(image);
            }
        }

        @Test
        void documentsMeanWhatJacksonSaysTheyMean() throws Exception {
            for (long seed = 0; seed < 400; seed++) {
                var random = new Random(seed);
                ObjectNode document = Wire.json().createObjectNode();
                document.set("input", node(random, 0));
                document.set("more", node(random, 0));
                String json =
                        random.nextBoolean() ? document.toPrettyString() : document.toString();
                if (!document.get("input").isObject()) {
                    assertThat(problemOf(json)).as("seed " + seed).startsWith("input: expected");
                    continue;
                }
                media.clear();
                var found = read(new Split(json.getBytes(UTF_8), seed), EndpointKind.INTERPOLATE);
                assertThat(withMediaBack(found)).as("seed " + seed).isEqualTo(document);
            }
        }

        @Test
        void whatJacksonRefusesIsRefused() throws Exception {
            String json =
                    "{\"input\":{\"start_image_base64\":\"Pz8/\",\"n\":[1,2.5,true],\"s\":\"a\\n\\u0041\"},\"x\":null}";
            for (long seed = 0; seed < 3000; seed++) {
                var random = new Random(seed);
                var text = new StringBuilder(json);
                String alphabet = "{}[]:,\"\\ x0-\n";
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
                boolean refusedByJackson = refusedByJackson(text.toString());
                boolean refused = refused(text.toString());
                assertThat(refused || !refusedByJackson).as("seed %d: %s", seed, text).isTrue();
            }
        }

        private boolean refused(String json) throws IOException {
            try {
                read(json);
                return false;
            } catch (InvalidInput e) {
                return true;
            }
        }

        private static boolean refusedByJackson(String json) {
            try {
                return !(Wire.json()
                                .readerFor(JsonNode.class)
                                .with(
                                        com.fasterxml.jackson.databind.DeserializationFeature
                                                .FAIL_ON_TRAILING_TOKENS)
                                .readValue(json)
                        instanceof ObjectNode);
            } catch (IOException e) {
                return true;
            }
        }

        private JsonNode node(Random random, int depth) {
            return switch (random.nextInt(depth > 3 ? 5 : 8)) {
                case 0 -> Wire.json().getNodeFactory().textNode(text(random));
                case 1 -> Wire.json().getNodeFactory().numberNode(random.nextInt());
                case 2 -> Wire.json().getNodeFactory().numberNode(random.nextDouble());
                case 3 -> Wire.json().getNodeFactory().booleanNode(random.nextBoolean());
                case 4 -> Wire.json().getNodeFactory().nullNode();
                case 5 -> {
                    ArrayNode array = Wire.json().createArrayNode();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        array.add(node(random, depth + 1));
                    }
                    yield array;
                }
                default -> {
                    ObjectNode object = Wire.json().createObjectNode();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        object.set(text(random), node(random, depth + 1));
                    }
                    if (random.nextBoolean()) {
                        byte[] bytes = new byte[1 + random.nextInt(40)];
                        random.nextBytes(bytes);
                        object.put("start_image_base64", Base64.getEncoder().encodeToString(bytes));
                    }
                    yield object;
                }
            };
        }

        private static String text(Random random) {
            String alphabet = "ab \"\\/\n\t{}[]:,!é中\uD83D\uDE00\u0001";
            var text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                int at = random.nextInt(alphabet.length());
                text.append(
                        Character.isSurrogate(alphabet.charAt(at))
                                ? "\uD83D\uDE00"
                                : alphabet.substring(at, at + 1));
            }
            return text.toString();
        }

        private ObjectNode withMediaBack(Submission found) {
            var input = (ObjectNode) found.body().get("input");
            JsonNode image = input.path("start_image_base64");
            if (Payload.mediaIndex(image).isPresent()) {
                input.put(
                        "start_image_base64",
                        Base64.getEncoder().encodeToString(media.part("start_image_base64")));
            }
            return found.body();
        }
    }

    /** Gives its bytes in pieces of random length. */
    private static final class Split extends InputStream {
        private final byte[] bytes;
        private final Random random;
        private final int longest;
        private int next;

        Split(byte[] bytes, long seed) {
            this.bytes = bytes;
            this.random = new Random(seed);
            this.longest = 1 << random.nextInt(16);
        }

        @Override
        public int read() {
            return next < bytes.length ? bytes[next++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (next == bytes.length) {
                return -1;
            }
            int count =
                    Math.min(Math.min(length, bytes.length - next), 1 + random.nextInt(longest));
            System.arraycopy(bytes, next, into, offset, count);
            next += count;
            return count;
        }
    }
}
