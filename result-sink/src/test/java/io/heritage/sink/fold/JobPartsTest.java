package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Payload;
import io.heritage.schemas.WorkerId;
import io.heritage.sink.Samples;
import io.heritage.sink.store.ResultParts;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Parts of a result that come before its end. */
@SuppressWarnings("NullAway.Init")
class JobPartsTest extends TopologyFixture {
    @Nested
    class Parts {
        private final Job job = samples.job();

        @BeforeEach
        void start() {
            submit(job);
            happens(samples.started(job, 1));
        }

        @Test
        void partsAreKeptInOrderUntilTheJobIsForgotten() {
            for (int i = 0; i < 20; i++) {
                happens(samples.part(job, 1, i));
            }
            assertThat(bodiesFrom(0)).hasSize(20).startsWith(body(1, 0), body(1, 1));
            happens(samples.completed(job, 1));
            happens(samples.part(job, 1, 20));
            assertThat(bodiesFrom(18)).containsExactly(body(1, 18), body(1, 19));
            assertThat(bodiesFrom(20)).isEmpty();
            pass(Samples.endpoint().resultRetention().plusSeconds(1));
            pass(JobRules.EXPIRED_KNOWN.plusSeconds(1));
            assertThat(keys()).containsExactly("#interpolate", "'");
        }

        @Test
        void whatAClientWasGivenIsRememberedAndNeverTakenBack() {
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            happens(streamed(1, 2));
            happens(streamed(1, 1));
            assertThat(tracked(job).partsSoFar().streamed()).isEqualTo(2);
            happens(samples.failed(job, "bad"));
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(2, 2, null));
        }

        @Test
        void theNextAttemptsPartsReplaceThoseOfTheFirst() {
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            happens(streamed(1, 1));
            happens(samples.started(job, 2));
            assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
            assertThat(keys()).noneMatch(key -> key.startsWith("%"));
            happens(samples.part(job, 1, 2));
            happens(streamed(1, 2));
            happens(samples.part(job, 2, 0));
            assertThat(tracked(job).partsSoFar()).isEqualTo(new PartsProgress(1, 0, null));
            assertThat(bodiesFrom(0)).containsExactly(body(2, 0));
        }

        @Test
        void aPartStoredBeforeACrashIsThereOnce() {
            happens(samples.part(job, 1, 0));
            byte[] before = store().get(job.id().value());
            happens(samples.part(job, 1, 1));
            store().put(job.id().value(), before);
            assertThat(bodiesFrom(0)).containsExactly(body(1, 0));
            happens(samples.part(job, 1, 0));
            happens(samples.part(job, 1, 1));
            assertThat(bodiesFrom(0)).containsExactly(body(1, 0), body(1, 1));
        }

        @Test
        void asManyPartsAsFitAreReadAtOnceButOneAtLeast() {
            var media = Samples.media(job, "frame", 300_000); // 400 kB as base64
            for (int i = 0; i < 4; i++) {
                happens(samples.part(job, 1, i, new Payload(body(1, i), List.of(media))));
            }
            assertThat(parts(0, 900_000).next()).isEqualTo(2);
            assertThat(parts(2, 900_000).next()).isEqualTo(4);
            assertThat(parts(3, 1).payloads()).hasSize(1);
        }

        private JobEvent streamed(int attempt, int parts) {
            return new JobEvent.PartsStreamed(
                    job.id(), clock.instant(), attempt, WORKER, parts, null);
        }

        private JsonNode body(int attempt, int index) {
            return Samples.partBody(attempt, index);
        }

        private List<JsonNode> bodiesFrom(int first) {
            return parts(first, Long.MAX_VALUE).payloads().stream().map(Payload::body).toList();
        }

        private ResultParts parts(int from, long maxBytes) {
            return JobStore.parts(store(), tracked(job), from, maxBytes);
        }
    }

    /** After a change of the queue's leader both may be at work. */
    @Test
    void ofTwoWorkersWithOneAttemptOnlyTheLastOnesPartsAreKept() {
        Job job = submit(samples.job());
        happens(new JobEvent.Started(job.id(), clock.instant(), 1, new WorkerId("left-behind")));
        happens(samples.started(job, 1));
        happens(partOfTheOther(job, 0));
        happens(partOfTheOther(job, 1));
        assertThat(tracked(job).partsSoFar()).isEqualTo(PartsProgress.NONE);
        happens(samples.part(job, 1, 0));
        happens(partOfTheOther(job, 2));
        assertThat(JobStore.parts(store(), tracked(job), 0, 1000).payloads())
                .extracting(Payload::body)
                .containsExactly(Samples.partBody(1, 0));
    }

    private JobEvent partOfTheOther(Job job, int index) {
        return new JobEvent.PartReady(
                job.id(),
                clock.instant(),
                1,
                new WorkerId("left-behind"),
                index,
                Payload.ofJson(Samples.json("'of the other'")));
    }
}
