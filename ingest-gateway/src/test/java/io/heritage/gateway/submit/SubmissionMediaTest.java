package io.heritage.gateway.submit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.Wire;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Media within the body of a submission. */
final class SubmissionMediaTest extends SubmissionFixture {
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
                .isEqualTo("Invalid base64 video data: video: invalid base64 at character 1: '*'");
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
        assertThat(two.badMedia().orElseThrow()).hasMessageContaining("at character 200000: '*'");
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
