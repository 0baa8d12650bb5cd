package io.heritage.schemas;

import static io.heritage.schemas.Samples.json;
import static io.heritage.schemas.Samples.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
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

        /** As for every number of an input: what is whole, however it is written. */
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '`',
                textBlock =
                        """
                        {'ttl':60000.0,'executionTimeout':60000.0}
                        {'ttl':'60000','executionTimeout':'60000'}
                        {'ttl':6e4,'executionTimeout':'60000.0'}
                        """)
        void aWholeNumberMayBeWrittenOtherwise(String policy) throws InvalidInput {
            Duration minute = Duration.ofMinutes(1);
            assertThat(ExecutionPolicy.parse(json(policy), defaults))
                    .isEqualTo(new ExecutionPolicy(minute, minute, false));
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
