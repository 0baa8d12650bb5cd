package io.heritage.gateway.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that are no submission. */
final class SubmissionReaderTest extends SubmissionFixture {
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
                                    ("{\"input\":{\"start_image_base64\":\"" + "A".repeat(200_000))
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
