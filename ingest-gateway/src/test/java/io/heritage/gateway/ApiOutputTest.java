package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.OutputFacts;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyFields;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.WorkerId;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The description names what replies really have. */
final class ApiOutputTest {
    private static final Instant AT = Instant.parse("2026-11-28T10:00:00Z");
    private static final WorkerId WORKER = new WorkerId("worker");
    private static final ReplyFields.OutputForm LISTED =
            new ReplyFields.OutputForm() {
                @Override
                public Payload shown(Payload output) {
                    return output;
                }

                @Override
                public String listedAt() {
                    return "/v2/interpolate/output/job";
                }
            };

    @ParameterizedTest
    @ValueSource(strings = {"video/mp4", "image/png"})
    void theFactsOfAResultOfOnePieceAreDescribed(String type) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.putObject("metadata").put("fps", 24.5).put("frame_count", 33);

        OutputFacts.describe(output, media(type), "/v2/interpolate/output/job/0");

        output.remove("metadata");
        assertThat(output.has("fps")).isEqualTo(type.startsWith("video"));
        ApiContract.conforms("Output", output);
        assertThat(ApiContract.fields("Output")).containsAll(names(output));
    }

    @ParameterizedTest
    @MethodSource
    void everyFieldOfAJobIsDescribed(Function<Job, List<JobEvent>> story) {
        Job job = job();
        JobRecord record = JobRecord.unseen(job.id()).submitted(job);
        for (JobEvent event : story.apply(job)) {
            record = record.apply(event);
        }

        assertThat(ApiContract.fields("Job"))
                .containsAll(ReplyFields.status(record, AT, LISTED).keySet());
        assertThat(ApiContract.fields("Stream"))
                .containsAll(ReplyFields.stream(record, false).keySet());
    }

    static Stream<Function<Job, List<JobEvent>>> everyFieldOfAJobIsDescribed() {
        return Stream.of(
                _ -> List.of(),
                job -> List.of(started(job, 1)),
                job -> List.of(started(job, 1), started(job, 2), completed(job, 2)),
                job ->
                        List.of(
                                started(job, 1),
                                new JobEvent.Failed(
                                        job.id(),
                                        AT,
                                        1,
                                        WORKER,
                                        "no",
                                        ErrorCode.INTERNAL.output())));
    }

    @Test
    void everyErrorCodeIsDescribed() {
        assertThat(named("/components/schemas/Output/properties/error_code/enum"))
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Submission", "BatchSubmission"})
    void everyShapeOfAReplyMayBeAskedFor(String submission) {
        assertThat(
                        named(
                                "/components/schemas/%s/properties/policy/properties/reply/enum"
                                        .formatted(submission)))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ReplyShape.values()).map(ReplyShape::wireName).toList());
    }

    private static List<String> named(String path) {
        return StreamSupport.stream(ApiContract.document().at(path).spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private static List<String> names(ObjectNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    private static JobEvent started(Job job, int attempt) {
        return new JobEvent.Started(job.id(), AT, attempt, WORKER);
    }

    private static JobEvent completed(Job job, int attempt) {
        var output = new Payload(Payload.placeholder(0), List.of(media("video/mp4")));
        return new JobEvent.Completed(job.id(), AT, attempt, WORKER, output);
    }

    private static MediaRef media(String type) {
        return new MediaRef.InKafka(
                "heritage.media", 0, 1, 2, "k", "up/a.mp4", 1, 3, "ab".repeat(32), type);
    }

    private static Job job() {
        EndpointConfig endpoint =
                EndpointConfig.defaults(new EndpointId("interpolate"), EndpointKind.INTERPOLATE);
        return new Job(
                JobId.forRunSync(Clock.systemUTC()),
                endpoint.id(),
                endpoint.kind(),
                "tester",
                Payload.ofJson(JsonNodeFactory.instance.objectNode()),
                endpoint.defaultPolicy(),
                null,
                endpoint.reply(),
                AT,
                0);
    }
}
