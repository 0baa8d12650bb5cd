package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.gateway.SubmissionReader.Submission;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.transport.memory.MemoryMediaStore;
import io.heritage.transport.memory.MemoryTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SubmissionReaderTest {
    private static final JobId ID = new JobId("job");
    private static final int MAX_JSON = 64 << 10;

    private final MemoryMediaStore media = new MemoryTransport(Clock.systemUTC()).media();
    private final UploadTurns turns = new UploadTurns(1, Duration.ZERO, () -> false);
    private final BodyMemory memory = new BodyMemory(16 << 20, () -> false);
    private final SubmissionReader reader = new SubmissionReader(media, turns, MAX_JSON);

    @AfterEach
    void nothingIsHeld() {
        assertThat(turns.underWay()).isZero();
        assertThat(memory.used()).isZero();
    }

    private Submission read(String json) throws IOException, InvalidInput {
        return read(new ByteArrayInputStream(json.getBytes(UTF_8)), EndpointKind.INTERPOLATE);
    }

    private Submission read(InputStream body, EndpointKind kind) throws IOException, InvalidInput {
        try (BodyMemory.Lease lease = memory.begin("alice")) {
            return reader.read(body, kind, ID, 0, lease);
        }
    }

    private Submission readStartImage(String base64) throws IOException, InvalidInput {
        return read("{\"input\":{\"start_image_base64\":\"" + base64 + "\"}}");
    }

    private String problemOf(String json) {
        return problemOf(json, EndpointKind.INTERPOLATE);
    }

    private String problemOf(String json, EndpointKind kind) {
        var stream = new ByteArrayInputStream(json.getBytes(UTF_8));
        return String.valueOf(
                assertThatExceptionOfType(InvalidInput.class)
                        .isThrownBy(() -> read(stream, kind))
                        .actual()
                        .getMessage());
    }

    private String badMediaOf(String base64) throws IOException, InvalidInput {
        return badMediaOf(
                "{\"input\":{\"start_image_base64\":\"" + base64 + "\"}}",
                EndpointKind.INTERPOLATE);
    }

    private String badMediaOf(String json, EndpointKind kind) throws IOException, InvalidInput {
        Submission found = read(new ByteArrayInputStream(json.getBytes(UTF_8)), kind);
        return String.valueOf(found.badMedia().orElseThrow().getMessage());
    }

    private String typeOf(String startImage) throws IOException, InvalidInput {
        return ((SubmittedMedia.Durable) readStartImage(startImage).media().getFirst())
                .ref()
                .mediaType();
    }

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Nested
    final class Media {

        @Test
        void aMediaStringLeavesAPlaceholderAndItsBytes() throws Exception {
            var found =
                    read(
                            """
                            {"input": {"steps": 8, "start_image_base64": "aGVsbG8=",
                              "end_image_base64": "d29ybGQ="}, "webhook": "http://a/b"}
                            """);
            assertThat(found.input().toString())
                    .isEqualTo(
                            "{\"steps\":8,\"start_image_base64\":{\"$media\":0},\"end_image_base64\":{\"$media\":1}}");
            assertThat(found.body().path("webhook").textValue()).isEqualTo("http://a/b");
            assertThat(found.media()).hasSize(2);
            assertThat(media.part("start_image_base64")).asString().isEqualTo("hello");
            assertThat(media.part("end_image_base64")).asString().isEqualTo("world");
            assertThat(media.openUploads()).isEqualTo(0);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                quoteCharacter = '|',
                value = {
                    "Pz8/Pj4+~ escaped slashes and pluses: Pz8\\/Pj4\\u002b",
                    "Pz8/Pj4+~ URL-safe: Pz8_Pj4-",
                    "Pz8/Pj4+~ line breaks: Pz8\\n/Pj\\r\\n4+\\n",
                    "Pz8/Pj4+~ blanks: Pz8 /Pj4+ ",
                    "Pz8/Pj4+~ a first blank: \\n Pz8/Pj4+",
                    "Pw==~ padding: Pw==",
                    "Pw==~ no padding: Pw",
                    "Pw==~ half the padding: Pw=",
                    "Pz8=~ no padding: Pz8",
                    "Pw==~ broken padding: Pw=\\n=",
                    "ZGF0~ begins like a data URL: ZGF0",
                    "Pz8/Pj4+~ data URL: data:image/png;base64,Pz8/Pj4+",
                    "Pz8/Pj4+~ odd data URL: DATA:;charset=x;base64,Pz8\\/Pj4+",
                })
        void base64MayBeWrittenInManyWays(String canonical, String written) throws Exception {
            String text = written.substring(written.indexOf(": ") + 2);
            var found = readStartImage(text.stripTrailing().equals(text) ? text : text + " ");
            assertThat(found.media()).hasSize(1);
            assertThat(media.part("start_image_base64"))
                    .isEqualTo(Base64.getDecoder().decode(canonical));
        }

        @Test
        void aDataUrlNamesTheMediaType() throws Exception {
            assertThat(typeOf("data:image/webp;base64,Pw==")).isEqualTo("image/webp");
            assertThat(typeOf("Pw==")).isEqualTo("application/octet-stream");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " ", "\\n", "data:image/png;base64,"})
        void anEmptyStringStaysOneAndTakesNoUpload(String empty) throws Exception {
            var found = readStartImage(empty);
            assertThat(found.input().get("start_image_base64").textValue()).isEmpty();
            assertThat(found.media()).isEmpty();
            assertThat(media.uploads()).isEqualTo(0);
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '|',
                value = {
                    "AAAA!AAA|start_image_base64: invalid base64 at character 4: '!'",
                    "AAAA\\nA*AA|start_image_base64: invalid base64 at character 6: '*'",
                    "AA==AAAA|start_image_base64: invalid base64 at character 2: '='",
                    "AA=A|start_image_base64: invalid base64 at character 2: '='",
                    "AAAA\\u00e9AAA|start_image_base64: invalid base64 at character 4: '\\u00e9'",
                    "AAAA\\\"AAA|start_image_base64: invalid base64 at character 4: '\"'",
                    "data:image/png;base64,AA$A|start_image_base64: invalid base64 at character 24:"
                            + " '$'",
                    "https:a.example/b.png|start_image_base64: 'https:' is neither base64 nor a"
                            + " supported URL; http:// and https:// URLs go into start_image_url",
                    "https://a.example/\\u00e9|start_image_base64: character 18 of the URL is no"
                            + " printable ASCII; percent-encode it",
                    "data:image/png;base64,AA,A|start_image_base64: invalid base64 at character 24:"
                            + " ','",
                },
                delimiter = '\u0001')
        void badBase64IsNamedWithItsCharacter(String line) throws Exception {
            String[] both = line.split("\\|", 2);
            assertThat(badMediaOf(both[0])).isEqualTo(both[1]);
        }

        @ParameterizedTest
        @ValueSource(strings = {"A", "AAAAA", "AAAAA===", "=", "AAAA=", "AAA==="})
        void base64ThatEndsInTheMiddleIsRefused(String text) throws Exception {
            assertThat(badMediaOf(text)).startsWith("start_image_base64: invalid base64");
        }

        @Test
        void aBadCharacterFarInsideIsFound() throws Exception {
            String good = Base64.getMimeEncoder().encodeToString(random(300_000, 1));
            String bad = good.substring(0, 250_000) + "#" + good.substring(250_001);
            assertThat(badMediaOf(bad.replace("\r\n", "\\r\\n")))
                    .isEqualTo("start_image_base64: invalid base64 at character 250000: '#'");
        }

        @Test
        void aRestoreEndpointSaysItInItsDocumentedWords() throws Exception {
            assertThat(badMediaOf("{\"input\":{\"video\":\"A*AA\"}}", EndpointKind.RESTORE))
                    .isEqualTo(
                            "Invalid base64 video data: video: invalid base64 at character 1: '*'");
        }

        @ParameterizedTest
        @CsvSource({
            "media, s3://bucket/clip.mp4, s3:, media_url",
            "video, ftp://a.example/clip.mp4, ftp:, video_url",
            "image_url, file:///etc/passwd, file:, image_url"
        })
        void aUrlThatIsNotFetchedIsToldWhereUrlsGo(
                String field, String url, String scheme, String urlField) throws Exception {
            assertThat(
                            badMediaOf(
                                    "{\"input\":{\"%s\":\"%s\"}}".formatted(field, url),
                                    EndpointKind.RESTORE))
                    .isEqualTo(
                            "Invalid base64 video data: %s: '%s' is neither base64 nor a supported URL; http:// and https:// URLs go into %s"
                                    .formatted(field, scheme, urlField));
        }

        @Test
        void whatComesAfterBadBase64IsReadAndNotDecoded() throws Exception {
            var found =
                    read(
                            """
                            {"input": {"start_image_base64": "aGk=", "steps": 8,
                              "end_image_base64": "AA*\\"\\u00e9 {"},
                             "webhook": "http://a/b"}
                            """);
            assertThat(found.badMedia()).isPresent();
            assertThat(found.body().path("webhook").textValue()).isEqualTo("http://a/b");
            assertThat(found.input().toString())
                    .isEqualTo(
                            "{\"start_image_base64\":{\"$media\":0},\"steps\":8,\"end_image_base64\":\"not base64\"}");
            assertThat(found.media()).hasSize(1);
            var bad = "A".repeat(200_000) + "*";
            var two =
                    read(
                            "{\"input\":{\"start_image_base64\":\"%s\",\"end_image_base64\":\"aGk=\"}}"
                                    .formatted(bad));
            assertThat(two.badMedia().orElseThrow())
                    .hasMessageContaining("at character 200000: '*'");
            assertThat(two.media()).isEmpty();
        }

        @Test
        void arraysOfMediaAreTakenElementByElement() throws Exception {
            var json = "{\"input\":{\"videos\":[\"Pw==\", 7, \"aGk=\", [\"Pw==\"]]}}";
            var found = read(new ByteArrayInputStream(json.getBytes(UTF_8)), EndpointKind.RESTORE);
            assertThat(found.input().toString())
                    .isEqualTo("{\"videos\":[{\"$media\":0},7,{\"$media\":1},[\"Pw==\"]]}");
            assertThat(media.part("videos.2")).asString().isEqualTo("hi");
        }

        @Test
        void keysAreTakenWithoutBlanksAndEscapes() throws Exception {
            var found = read("{\"\\u0069nput\":{\" start_image\\u005fbase64 \":\"aGk=\"}}");
            assertThat(found.media()).hasSize(1);
            assertThat(media.part("start_image_base64")).asString().isEqualTo("hi");
        }

        @Test
        void mediaKeysElsewhereAreOrdinaryText() throws Exception {
            var json =
                    "{\"start_image_base64\":\"not"
                            + " base64!\",\"policy\":{\"start_image_base64\":\"!\"},"
                            + "\"input\":{\"input\":{\"start_image_base64\":\"!\"},\"x\":[{\"end_image_base64\":\"!\"}]}}";
            var found = read(json);
            assertThat(found.media()).isEmpty();
            assertThat(found.body()).isEqualTo(Wire.json().readTree(json));
        }

        @Test
        void aMediaKeyWithoutAStringIsLeftToTheInputCheck() throws Exception {
            assertThat(
                            read("{\"input\":{\"start_image_base64\":null,\"end_image_base64\":12}}")
                                    .input()
                                    .toString())
                    .isEqualTo("{\"start_image_base64\":null,\"end_image_base64\":12}");
        }

        @Test
        void aMediaKeyGivenTwiceIsRefused() {
            assertThat(
                            problemOf(
                                    "{\"input\":{\"start_image_base64\":\"\",\""
                                            + " start_image_base64\":\"\"}}"))
                    .isEqualTo("start_image_base64: given twice");
        }

        @Test
        void aClientCannotWriteAPlaceholderItself() {
            assertThat(problemOf("{\"input\":{\"start_image_base64\":{\"$media\":0}}}"))
                    .isEqualTo("the key $media is reserved");
            assertThat(
                            problemOf(
                                    "{\"input\":{\"start_image_base64\":\"Pw==\",\"end_image_base64\":{\"\\u0024media\":0}}}"))
                    .isEqualTo("the key $media is reserved");
        }
    }

    @Nested
    final class BadBodies {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\u0001',
                value = {
                    "|the body is empty; expected a JSON object with the key input",
                    "hello|not JSON: expected an object with the key input, found 'h' (line 1, byte"
                            + " 0)",
                    "[1]|the body is a JSON array; expected an object with the key input",
                    "{\"input\":{}|the JSON ends too early, after 11 bytes: expected ',' or '}'",
                    "{\"input\":{\"start_image_base64\":\"AAAA|the JSON ends too early, after 36"
                            + " bytes: expected the end of the string start_image_base64",
                    "{\"input\" {}}|not JSON: expected ':' after a key, found '{' (line 1, byte 9)",
                    "{\"input\":{},}|not JSON: expected a key in double quotes, found '}' (line 1,"
                            + " byte 12)",
                    "{\"input\":{}} x|not JSON: expected the end of the body, found 'x' (line 1,"
                            + " byte 13)",
                    "{input:{}}|not JSON: expected a key in double quotes, found 'i' (line 1, byte"
                            + " 1)",
                    "{\"input\":,}|not JSON: expected a value, found ',' (line 1, byte 9)",
                    "{\"a\":1}|no input: expected {\"input\": {…}}, found the keys [a]",
                    "{\"input\":[]}|input: expected an object, found array",
                    "{\"input\":null}|input: expected an object, found null",
                    "{\"input\":{\"a\":1,\"a\":2}}|not JSON: Duplicate field 'a' (line 1, byte 19)",
                })
        void eachIsRefusedInItsOwnWords(@Nullable String body, String problem) {
            assertThat(problemOf(body == null ? "" : body)).isEqualTo(problem);
        }

        @Test
        void aLineBreakWithinMediaIsExplained() {
            assertThat(problemOf("{\n\"input\":{\"start_image_base64\":\"AAAA\nAAAA\"}}"))
                    .isEqualTo(
                            "not JSON: expected no line break inside start_image_base64; 'base64 -w"
                                    + " 0' writes it without, found byte 0x0a (line 2, byte 37)");
        }

        @Test
        void positionsAfterMediaAreThoseOfTheBody() {
            String media = "A".repeat(100_000);
            String body = "{\"input\":{\"start_image_base64\":\"" + media + "\",\n\"n\": 12x}}";
            assertThat(problemOf(body))
                    .startsWith("not JSON: ")
                    .endsWith("(line 2, byte " + (body.indexOf('x')) + ")");
        }

        @Test
        void deepNestingIsRefused() {
            assertThat(problemOf("{\"input\":" + "[".repeat(5000)))
                    .isEqualTo("not acceptable JSON: nested deeper than 100");
        }

        @Test
        void tooMuchTextBesideTheMediaIsRefused() {
            assertThat(problemOf("{\"input\":{\"prompt\":\"" + "x".repeat(MAX_JSON) + "\"}}"))
                    .isEqualTo(
                            "the body without its media exceeds 64KiB; media are base64 strings in"
                                    + " input, under [end_image_base64, end_image_url, image,"
                                    + " image_url, last_image, start_image_base64, start_image_url]");
        }

        @Test
        void aBodyThatBreaksOffLeavesNoUploadOpen() {
            var broken =
                    new InputStream() {
                        private final InputStream start =
                                new ByteArrayInputStream(
                                        ("{\"input\":{\"start_image_base64\":\""
                                                        + "A".repeat(200_000))
                                                .getBytes(UTF_8));

                        @Override
                        public int read() throws IOException {
                            throw new IOException("cut");
                        }

                        @Override
                        public int read(byte[] into, int offset, int length) throws IOException {
                            int read = start.read(into, offset, length);
                            return read > 0 ? read : read();
                        }
                    };
            assertThatThrownBy(() -> read(broken, EndpointKind.INTERPOLATE)).hasMessage("cut");
            assertThat(media.uploads()).isEqualTo(1);
            assertThat(media.openUploads()).isEqualTo(0);
            assertThat(media.parts()).isZero();
        }
    }

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
