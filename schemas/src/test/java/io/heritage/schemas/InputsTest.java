package io.heritage.schemas;

import static io.heritage.schemas.Samples.json;
import static io.heritage.schemas.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model_type':'seedvr2_3b'} | seedvr2_3b",
                "{'model_variant':'sharp'} | seedvr2_7b_sharp",
                "{'action':'initialize','model_type':'seedvr2_3b'} | seedvr2_3b",
                "{'sp_size':2} | seedvr2_7b",
                "{'res_h':64} | none",
                "{'model_type':'seedvr2_3b','model_variant':'sharp'} | none",
                "{'model_type':'what'} | none",
            })
    void theModelOfARestorationIsWhatItsFieldsName(String input, String model) {
        assertThat(RestoreInput.namedModel(object(input)).map(PublishedModel::id).orElse("none"))
                .isEqualTo(model);
    }

    @Nested
    class Interpolation {
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
            assertThatThrownBy(() ->
                            InterpolateInput.parse(object("{'start_image_base64':'','seed':1}")))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage("start_image_base64 is required");
        }
    }

    @Nested
    class Restoration {
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
                            restore ->
                                    assertThat(restore.media()).isEqualTo(Payload.placeholder(0)));
        }

        @Test
        void theEncodingIsReadOrLeftToTheMedia() throws InvalidInput {
            assertThat(encoding("")).isEqualTo(RestoreInput.Encoding.DEFAULT);
            assertThat(encoding(",'format':'webm','crf':0,'bit_depth':'10'"))
                    .isEqualTo(
                            new RestoreInput.Encoding(Optional.of("webm"), OptionalInt.of(0), 10));
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
                            RestoreInput.parse(
                                    object("{'media':{'$media':0},%s}".formatted(field))))
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

    @Nested
    class Policy {
        private final ExecutionPolicy defaults =
                new ExecutionPolicy(Duration.ofHours(2), Duration.ofHours(24), false);

        @Test
        void whatIsNotNamedComesFromTheEndpoint() throws InvalidInput {
            assertThat(ExecutionPolicy.parse(json("{}").path("policy"), defaults))
                    .isEqualTo(defaults);
            assertThat(ExecutionPolicy.parse(json("{'ttl':10000,'lowPriority':true}"), defaults))
                    .isEqualTo(
                            new ExecutionPolicy(Duration.ofHours(2), Duration.ofSeconds(10), true));
        }

        @Test
        void aboveTheMaximumIsClamped() throws InvalidInput {
            assertThat(
                            ExecutionPolicy.parse(json("{'ttl':99999999999999999999999}"), defaults)
                                    .ttl())
                    .isEqualTo(Duration.ofDays(7));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {'executionTimeout':4999} | policy.executionTimeout: the minimum is 5000 ms
                        {'ttl':9999} | policy.ttl: the minimum is 10000 ms
                        {'ttl':-99999999999999999999999} | policy.ttl: the minimum is 10000 ms
                        {'ttl':1.5} | policy.ttl: expected a whole number of milliseconds
                        {'lowPriority':'yes'} | policy.lowPriority: expected true or false
                        [] | policy: expected an object
                        """)
        void aWrongPolicyIsRefused(String policy, String message) {
            assertThatThrownBy(() -> ExecutionPolicy.parse(json(policy), defaults))
                    .isInstanceOf(InvalidInput.class)
                    .hasMessage(message);
        }

        @Test
        void lowPriorityChoosesTheLane() {
            assertThat(defaults.lane()).isEqualTo(Lane.HIGH);
            assertThat(new ExecutionPolicy(Duration.ofHours(2), Duration.ofHours(1), true).lane())
                    .isEqualTo(Lane.LOW);
        }

        @Test
        void jobsThatMayRunForLongHaveALaneOfTheirOwn() {
            Duration most = ExecutionPolicy.LONG_RUN;
            assertThat(new ExecutionPolicy(most, most, false).lane()).isEqualTo(Lane.HIGH);
            Duration more = most.plusMillis(1);
            assertThat(new ExecutionPolicy(more, more, false).lane()).isEqualTo(Lane.LONG);
            assertThat(new ExecutionPolicy(more, more, true).lane()).isEqualTo(Lane.LOW);
        }
    }

    @Nested
    class Uploads {
        @ParameterizedTest
        @CsvSource({
            "https://s3.eu-central-1.amazonaws.com, eu-central-1",
            "https://s3.us-west-004.backblazeb2.com, us-west-004",
            "https://s3.fr-par.scw.cloud, fr-par",
            "https://nyc3.digitaloceanspaces.com, nyc3",
            "https://s3.amazonaws.com, us-east-1",
            "https://s3.example.com, us-east-1",
            "http://minio:9000, us-east-1"
        })
        void theRegionIsReadFromTheEndpointWhereItHasOne(String url, String region) {
            assertThat(new UploadTarget(url, "films", "a", "b", "", "").signedRegion())
                    .isEqualTo(region);
        }

        @Test
        void whatIsSealedOpensWithTheSameSecretForTheSameJobOnly() throws Exception {
            var secret = new UploadSecret("a secret of some length");
            var target = new UploadTarget("https://s3.example.com", "films", "a", "b", "c", "");
            var job = new JobId("job-1");
            String sealed = secret.seal(target, job);
            assertThat(secret.open(sealed, job)).isEqualTo(target);
            assertThat(secret.seal(target, job)).isNotEqualTo(sealed);
            assertThatThrownBy(() -> secret.open(sealed, new JobId("job-2")))
                    .isInstanceOf(UploadSecret.NotOpened.class);
            assertThatThrownBy(
                            () -> new UploadSecret("another one of that length").open(sealed, job))
                    .isInstanceOf(UploadSecret.NotOpened.class);
            assertThatThrownBy(() -> secret.open("nonsense", job))
                    .isInstanceOf(UploadSecret.NotOpened.class);
        }
    }

    @Nested
    class Ids {
        private final Clock clock =
                Clock.fixed(Instant.parse("2026-11-22T10:00:00.123Z"), ZoneOffset.UTC);

        @Test
        void anIdTellsWhenItWasMadeAndByWhichOperation() {
            JobId run = JobId.forRun(clock);
            JobId sync = JobId.forRunSync(clock);
            assertThat(run.value()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-u1");
            assertThat(sync.value()).matches("sync-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-u1");
            assertThat(run.isSync()).isFalse();
            assertThat(sync.isSync()).isTrue();
            assertThat(run.createdAt()).contains(clock.instant());
            assertThat(sync.createdAt()).contains(clock.instant());
        }

        @Test
        void theSuffixMayBeAnotherOrNone() {
            assertThat(JobId.forRun(clock, "e2").value()).endsWith("-e2");
            assertThat(JobId.forRunSync(clock, "").value()).hasSize("sync-".length() + 36);
            assertThat(JobId.forRun(clock, "").createdAt()).contains(clock.instant());
            assertThat(JobId.isSuffix("a-b")).isFalse();
        }

        @Test
        void idsOfTheSameMillisecondDiffer() {
            assertThat(IntStream.range(0, 1000).mapToObj(_ -> JobId.forRun(clock)).distinct())
                    .hasSize(1000);
        }

        @Test
        void aForeignIdHasNoAge() {
            assertThat(new JobId("abc").createdAt()).isEmpty();
            assertThat(new JobId("5c0e1b0a-5f0c-4a63-9d0b-3c1f4a7e2d11-u1").createdAt()).isEmpty();
            assertThat(new JobId("x".repeat(50)).createdAt()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource({"''", "a/b", "a.b", "'a b'"})
        void anIdThatDoesNotFitIntoAUrlIsRefused(String id) {
            assertThatThrownBy(() -> new JobId(id)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theShapeOfTheReplyIsAPolicyOfTheRequest() throws Exception {
        var json = Wire.json();
        assertThat(ReplyShape.parse(json.readTree("{}"), ReplyShape.BOTH))
                .isEqualTo(ReplyShape.BOTH);
        assertThat(ReplyShape.parse(json.readTree("{\"reply\":\"links\"}"), ReplyShape.BOTH))
                .isEqualTo(ReplyShape.LINKS);
        assertThatThrownBy(() ->
                        ReplyShape.parse(json.readTree("{\"reply\":\"twice\"}"), ReplyShape.BOTH))
                .isInstanceOf(InvalidInput.class)
                .hasMessage("policy.reply: expected one of envelope, flat, both, once, links");
    }
}
