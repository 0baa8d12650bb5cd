package io.heritage.schemas;

import static io.heritage.schemas.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The input of an interpolate job. */
class InterpolateInputTest {
    @Test
    void anEmptyInputIsTheHealthCheck() throws InvalidInput {
        assertThat(InterpolateInput.parse(object("{}")))
                .isEqualTo(new InterpolateInput.HealthCheck());
        assertThat(InterpolateInput.parse(object("{'seed':null}")))
                .isEqualTo(new InterpolateInput.HealthCheck());
    }

    @Test
    void whatIsNotNamedHasItsDefault() throws InvalidInput {
        assertThat(InterpolateInput.parse(object("{'start_image_base64':{'$media':0}}")))
                .isEqualTo(
                        new InterpolateInput.Frames(
                                Payload.placeholder(0),
                                Optional.empty(),
                                new VideoRequest("", Optional.empty(), 8, 640, 65, 0, 2),
                                InterpolateInput.Output.FRAMES));
    }

    @Test
    void namesOfPublicVideoEndpointsAreRead() throws InvalidInput {
        var frames =
                (InterpolateInput.Frames)
                        InterpolateInput.parse(
                                object(
                                        "{'image':{'$media':0},'prompt':'a boat','size':'1280*720','duration':5,'num_inference_steps':30,'seed':-1,'guidance':5}"));
        assertThat(frames.video().positivePrompt()).isEqualTo("a boat");
        assertThat(frames.video().resolution()).isEqualTo(720);
        assertThat(frames.video().frameLength()).isEqualTo(81);
        assertThat(frames.video().steps()).isEqualTo(20);
        assertThat(frames.video().seed()).isEqualTo(0);
    }

    @Test
    void whatIsReadIsKnownToMeanSomething() {
        assertThat(InterpolateInput.FIELDS)
                .contains("steps", "image", "prompt", "output", "interpolation");
        assertThat(RestoreInput.FIELDS).contains("media_url", "res_h", "crf", "action");
    }

    @Test
    void everythingNamedIsRead() throws InvalidInput {
        assertThat(
                        InterpolateInput.parse(
                                object(
                                        """
                                        {'start_image_base64':{'$media':0},' end_image_base64 ':{'$media':1},
                                         'positive_prompt':'p','negative_prompt':'','steps':'4','resolution':1080.0,
                                         'frame_length':129,'seed':18446744073709551615,'interpolation':4,'output':'webm'}
                                        """)))
                .isEqualTo(
                        new InterpolateInput.Frames(
                                Payload.placeholder(0),
                                Optional.of(Payload.placeholder(1)),
                                new VideoRequest("p", Optional.of(""), 4, 1080, 129, -1L, 4),
                                InterpolateInput.Output.WEBM));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'frame_length':0 | frame_length: expected 17 to 129, found 0
                    'frame_length':130 | frame_length: expected 17 to 129, found 130
                    'frame_length':17.5 | frame_length: expected a whole number, found 17.5
                    'frame_length':[17] | frame_length: expected a number, found [17]
                    'frame_length':1e99999 | frame_length: expected a number
                    'steps':'many' | steps: expected a number, found "many"
                    'steps':3 | steps: expected 4 to 20, found 3
                    'steps':21 | steps: expected 4 to 20, found 21
                    'interpolation':3 | interpolation: expected one of [1, 2, 4], found 3
                    'output':'gif' | output: expected one of [frames, mp4, webm], found "gif"
                    'resolution':500 | resolution: expected one of [480, 640, 720, 1080], found 500
                    'seed':-2 | seed: expected 0 to 18446744073709551615, found -2
                    'positive_prompt':5 | positive_prompt: expected a string, found a number
                    'end_image_base64':[1] | end_image_base64: expected base64 media as a string, found an array
                    """)
    void aWrongValueIsNamedWithItsRange(String field, String message) {
        assertThatThrownBy(() ->
                        InterpolateInput.parse(
                                object(
                                        "{'start_image_base64':{'$media':0},%s}"
                                                .formatted(field.replace("''", "'")))))
                .isInstanceOf(InvalidInput.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void aStartImageIsRequired() {
        assertThatThrownBy(
                        () -> InterpolateInput.parse(object("{'start_image_base64':'','seed':1}")))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("start_image_base64 is required");
    }
}
