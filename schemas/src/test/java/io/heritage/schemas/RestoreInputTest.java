package io.heritage.schemas;

import static io.heritage.schemas.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The input of a restore job. */
class RestoreInputTest {
    @Test
    void theActionDecides() throws InvalidInput {
        assertThat(RestoreInput.parse(object("{'action':'health'}")))
                .isEqualTo(new RestoreInput.Health());
        assertThat(RestoreInput.parse(object("{'action':'initialize'}")))
                .isEqualTo(
                        new RestoreInput.Initialize(
                                new RestoreInput.Model("seedvr2_7b", "normal", 1), "auto"));
    }

    @Test
    void ourOwnOptionsAreReadAndHaveUpstreamsWayAsDefault() throws InvalidInput {
        assertThat(options("")).isEqualTo(RestoreInput.Options.DEFAULT);
        assertThat(
                        options(
                                ",'fit':'exact','colour_fix':'lab','precision':'bf16','deinterlace':'off'"))
                .isEqualTo(new RestoreInput.Options("exact", "lab", "bf16", "off"));
        assertThat(options(",'color_fix':'none'").colourFix()).isEqualTo("none");
    }

    @Test
    void onlyAVideoThatBecomesAnMp4IsSplit() throws InvalidInput {
        assertThat(splitFrames("")).isZero();
        assertThat(splitFrames(",'split_frames':240,'format':'mp4'")).isEqualTo(240);
        assertThatThrownBy(() -> splitFrames(",'split_frames':15"))
                .hasMessage("split_frames: expected 0 or at least 16, found 15");
        assertThatThrownBy(() -> splitFrames(",'split_frames':240,'format':'webm'"))
                .hasMessage("split_frames: segments are joined to an mp4, found format webm");
    }

    private static int splitFrames(String fields) throws InvalidInput {
        RestoreInput parsed =
                RestoreInput.parse(object("{'media':{'$media':0}%s}".formatted(fields)));
        return ((RestoreInput.Restore) parsed).request().splitFrames();
    }

    private static RestoreInput.Options options(String fields) throws InvalidInput {
        RestoreInput parsed =
                RestoreInput.parse(object("{'media':{'$media':0}%s}".formatted(fields)));
        return ((RestoreInput.Restore) parsed).request().options();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'fit':'crop' | fit: expected one of [area, exact], found "crop"
                    'colour_fix':'sepia' | colour_fix: expected one of [wavelet, lab, adain, hsv, wavelet_adaptive, none], found "sepia"
                    'color_fix':'sepia' | color_fix: expected one of [wavelet, lab, adain, hsv, wavelet_adaptive, none], found "sepia"
                    'colour_fix':'lab','color_fix':'lab' | color_fix: the same as colour_fix, expected one of the two
                    'precision':'fp8' | precision: expected one of [auto, fp32, bf16, fp16], found "fp8"
                    'precision':16 | precision: expected a string, found a number
                    """)
    void anUnknownOptionIsAnsweredWithThoseThereAre(String field, String message) {
        assertThatThrownBy(() -> options("," + field))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {'media':{'$media':0}}
                    {'video':{'$media':0}}
                    {'image':{'$media':0}}
                    {'videos':[{'$media':0}]}
                    {'media':'','videos':{'$media':0}}
                    """)
    void mediaMayStandUnderAnyOfItsNames(String input) throws InvalidInput {
        assertThat(RestoreInput.parse(object(input)))
                .isInstanceOfSatisfying(
                        RestoreInput.Restore.class,
                        restore -> assertThat(restore.media()).isEqualTo(Payload.placeholder(0)));
    }

    @Test
    void theEncodingIsReadOrLeftToTheMedia() throws InvalidInput {
        assertThat(encoding("")).isEqualTo(RestoreInput.Encoding.DEFAULT);
        assertThat(encoding(",'format':'webm','crf':0,'bit_depth':'10'"))
                .isEqualTo(new RestoreInput.Encoding(Optional.of("webm"), OptionalInt.of(0), 10));
    }

    private static RestoreInput.Encoding encoding(String fields) throws InvalidInput {
        String input = "{'media':{'$media':0}%s}".formatted(fields);
        return ((RestoreInput.Restore) RestoreInput.parse(object(input))).request().encoding();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'res_h':0 | res_h: expected 16 to 16384, found 0
                    'res_h':-1 | res_h: expected 16 to 16384, found -1
                    'res_h':'abc' | res_h: expected a number, found "abc"
                    'res_w':1e99 | res_w: expected 16 to 16384, found 1.0E99
                    'sample_steps':0 | sample_steps: expected 1 to 1000, found 0
                    'seed':-1 | seed: expected 0 to 18446744073709551615, found -1
                    'media_type':'sound' | media_type: expected one of [auto, video, image], found "sound"
                    'model_type':'seedvr2_70b' | model_type: expected one of [seedvr2_3b, seedvr2_7b], found "seedvr2_70b"
                    'model_variant':'blunt' | model_variant: expected one of [normal, sharp], found "blunt"
                    'sp_size':0 | sp_size: expected 1 to 64, found 0
                    'format':'avi' | format: expected one of [mp4, webm, png], found "avi"
                    'crf':52 | crf: expected 0 to 51, found 52
                    'crf':'high' | crf: expected a number, found "high"
                    'bit_depth':12 | bit_depth: expected one of [8, 10], found 12
                    """)
    void aWrongValueIsNamedWithItsRange(String field, String message) {
        assertThatThrownBy(() ->
                        RestoreInput.parse(object("{'media':{'$media':0},%s}".formatted(field))))
                .isInstanceOf(InvalidInput.class)
                .hasMessage(message);
    }

    @Test
    void withoutMediaTheDocumentedErrorIsGiven() {
        assertThatThrownBy(() -> RestoreInput.parse(object("{'action':'restore'}")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("No video data provided");
    }

    @Test
    void theSmallModelHasNoSharpVariant() {
        assertThatThrownBy(() ->
                        RestoreInput.parse(
                                object(
                                        "{'action':'initialize','model_type':'seedvr2_3b','model_variant':'sharp'}")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageContaining("sharp needs seedvr2_7b");
    }

    @Test
    void typeAndVariantNameAPublishedModel() {
        assertThat(new RestoreInput.Model("seedvr2_7b", "sharp", 1).published())
                .isEqualTo(PublishedModel.SEEDVR2_7B_SHARP);
        assertThat(new RestoreInput.Model("seedvr2_3b", "normal", 1).published())
                .isEqualTo(PublishedModel.SEEDVR2_3B);
    }

    @Test
    void aScaleThatIsNoNumberIsRefused() {
        assertThatThrownBy(() ->
                        RestoreInput.parse(object("{'media':{'$media':0},'cfg_scale':'NaN'}")))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith("cfg_scale: expected a number");
    }
}
