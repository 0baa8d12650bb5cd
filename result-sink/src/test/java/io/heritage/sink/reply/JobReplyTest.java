package io.heritage.sink.reply;

import static io.heritage.sink.Samples.WORKER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.Wire;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import io.heritage.sink.SinkFixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobReplyTest {
    private static final MediaSource NO_MEDIA =
            _ -> {
                throw new IOException("no media here");
            };

    private final MovingClock clock = new MovingClock(Instant.parse("2026-11-22T10:00:00Z"));
    private final Samples samples = new Samples(clock);
    private final Job job = samples.job();
    private final JobRecord queued = JobRecord.unseen(job.id()).submitted(job);

    @Test
    void aQueuedJobShowsNothingButItsState() throws IOException {
        assertThat(json(queued)).isEqualTo(expected("'status':'IN_QUEUE'"));
    }

    @Test
    void aRunningJobShowsItsProgressAsOutput() throws IOException {
        JobRecord running = running();
        assertThat(json(running))
                .isEqualTo(expected("'status':'IN_PROGRESS','delayTime':2000,'workerId':'gpu-0'"));
        JobRecord progressed = running.apply(samples.progress(job, 1));
        clock.move(Duration.ofSeconds(3));
        assertThat(json(progressed))
                .isEqualTo(
                        expected(
                                "'status':'IN_PROGRESS','delayTime':2000,'workerId':'gpu-0','executionTime':3000,'output':{'percent':1}"));
    }

    @Test
    void aFailedJobHasItsErrorAsAString() throws IOException {
        JobRecord failed = running().apply(samples.failed(job, "bad media"));
        assertThat(json(failed))
                .isEqualTo(
                        expected(
                                "'status':'FAILED','delayTime':2000,'executionTime':0,'workerId':'gpu-0','error':'bad media'"));
    }

    @Test
    void aJobRejectedAtTheGatewayHasTimesAndAWorkerToo() throws IOException {
        JobRecord rejected =
                JobRecord.unseen(job.id())
                        .apply(new JobEvent.Rejected(job, clock.instant(), "bad media"));
        assertThat(json(rejected))
                .isEqualTo(
                        expected(
                                "'status':'FAILED','delayTime':0,'executionTime':0,'workerId':'gateway','error':'bad media','output':{'error_code':'BAD_INPUT'}"));
    }

    @Test
    void aJobThatNeverRanHasNoTimesAndNoWorker() throws IOException {
        assertThat(json(queued.apply(new JobEvent.Cancelled(job.id(), clock.instant()))))
                .isEqualTo(expected("'status':'CANCELLED'"));
        assertThat(
                        json(
                                queued.apply(
                                        new JobEvent.TimedOut(
                                                job.id(), clock.instant(), "job expired"))))
                .isEqualTo(
                        expected(
                                "'status':'TIMED_OUT','error':'job expired','output':{'error_code':'EXPIRED'}"));
    }

    @Test
    void retriesAreShownOnceThereWereSome() throws IOException {
        JobRecord again =
                queued.apply(samples.started(job, 1))
                        .apply(samples.started(job, 2))
                        .apply(new JobEvent.HandedBack(job.id(), clock.instant(), 2, WORKER));
        assertThat(json(again)).isEqualTo(expected("'status':'IN_QUEUE','retries':1"));
    }

    @Test
    void aHandlerThatReturnedNothingGivesNoOutputField() throws IOException {
        JobRecord done =
                queued.apply(
                        samples.completed(
                                job, 1, Payload.ofJson(Samples.json("{}").path("absent"))));
        assertThat(json(done).has("output")).isFalse();
    }

    @Test
    void flatIsTheOutputAloneAndOnlyOnceThereIsOne() throws IOException {
        Job flat = samples.job(null, ReplyShape.FLAT);
        JobRecord waiting = JobRecord.unseen(flat.id()).submitted(flat);
        assertThat(json(waiting).path("status").asText()).isEqualTo("IN_QUEUE");
        assertThat(json(waiting.apply(samples.completed(flat, 1))))
                .isEqualTo(Samples.json("{'frames':3}"));
        JobEvent.Failed failed =
                new JobEvent.Failed(
                        flat.id(), clock.instant(), 1, WORKER, "bad", ErrorCode.BAD_MEDIA.output());
        assertThat(json(waiting.apply(failed)).path("error").asText()).isEqualTo("bad");
        assertThat(json(waiting.apply(failed)).at("/output/error_code").asText())
                .isEqualTo("BAD_MEDIA");
    }

    @Test
    void mediaComeOnceOrAsLinksWhereTheRequestAskedForIt() throws IOException {
        String twice =
                "{'media':[{'$media':0}],'success':true,'videos':[{'$media':0}],'processing_info':{'fps':25,'frames':50}}";
        JsonNode once = json(finished(ReplyShape.ONCE, twice), _ -> zeros(3)).path("output");
        assertThat(once.path("media")).isEqualTo(Samples.json("['AAAA']"));
        assertThat(once.has("videos")).isFalse();
        Job linked = samples.job(null, ReplyShape.LINKS);
        JobRecord done =
                JobRecord.unseen(linked.id())
                        .submitted(linked)
                        .apply(samples.completed(linked, 1, video(twice)));
        String url = "/v2/interpolate/output/" + linked.id();
        JsonNode reply = json(JobReply.status(done, clock.instant(), "/v2", Map.of()), NO_MEDIA);
        assertThat(reply.path("outputs_url").asText()).isEqualTo(url);
        assertThat(reply.at("/output/videos/0").asText()).isEqualTo(url + "/0");
    }

    @ParameterizedTest
    @EnumSource(ReplyShape.class)
    void anEnvelopeHasTheUrlAndFactsOfASinglePiece(ReplyShape shape) throws IOException {
        String video =
                "{'media':[{'$media':0}],'type':'video','processing_info':{'fps':25,'frames':50}}";
        JsonNode reply = json(finished(shape, video), _ -> zeros(3));
        JsonNode output = reply.path("output");
        if (shape == ReplyShape.FLAT) {
            assertThat(reply).isEqualTo(Samples.json(video.replace("{'$media':0}", "'AAAA'")));
        } else {
            assertThat(output.path("video_url").asText()).startsWith("/v2/interpolate/output/");
            assertThat(output.path("filename").asText()).isEqualTo("restored.mp4");
            assertThat(output.path("size").asInt()).isEqualTo(3);
            assertThat(output.path("sha256").asText()).isEqualTo("ab");
            assertThat(output.path("fps").asDouble()).isEqualTo(25);
            assertThat(output.path("duration").asDouble()).isEqualTo(2);
            assertThat(output.path("type").asText())
                    .as("the output's own field")
                    .isEqualTo("video");
        }
        assertThat(reply.has("video_url")).as("beside the envelope").isFalse();
    }

    @Test
    void aResultOfSeveralPiecesHasNoFactsOfOne() throws IOException {
        Payload one = video("{'frames':[{'$media':0},{'$media':1}]}");
        var two = new Payload(one.body(), List.of(one.media().getFirst(), one.media().getFirst()));
        JobRecord done = queued.apply(samples.completed(job, 1, two));
        JsonNode reply =
                json(JobReply.status(done, clock.instant(), "/v2", Map.of()), _ -> zeros(3));
        assertThat(reply.path("output")).isEqualTo(Samples.json("{'frames':['AAAA','AAAA']}"));
    }

    @ParameterizedTest
    @EnumSource(ReplyShape.class)
    void anUploadedResultIsShownByItsUrlInEveryShape(ReplyShape shape) throws IOException {
        String uploaded =
                "{'media':[{'$media':0,'$text':'https://s3/a'}],'filename':'a.mp4','video_url':'https://s3/a'}";
        JsonNode reply = json(finished(shape, uploaded), NO_MEDIA);
        JsonNode output = shape == ReplyShape.FLAT ? reply : reply.path("output");
        assertThat(output.at("/media/0").asText()).isEqualTo("https://s3/a");
        assertThat(output.path("video_url").asText()).isEqualTo("https://s3/a");
    }

    private ReplyBody finished(ReplyShape shape, String output) {
        Job asked = samples.job(null, shape);
        return JobReply.status(
                JobRecord.unseen(asked.id())
                        .submitted(asked)
                        .apply(samples.completed(asked, 1, video(output))),
                clock.instant(),
                "/v2",
                Map.of());
    }

    private static Payload video(String body) {
        MediaRef ref =
                new MediaRef.InKafka(
                        "heritage.results",
                        0,
                        0,
                        0,
                        "k",
                        "x/restored.mp4",
                        1,
                        3,
                        "ab",
                        "video/mp4");
        return new Payload(Samples.json(body), List.of(ref));
    }

    @Test
    void ofBothShapesTheEnvelopeWinsWhereNamesAreTheSame() throws IOException {
        Job both = samples.job(null, ReplyShape.BOTH);
        JobRecord done =
                JobRecord.unseen(both.id())
                        .submitted(both)
                        .apply(
                                samples.completed(
                                        both,
                                        1,
                                        Payload.ofJson(
                                                Samples.json("{'status':'success','n':1}"))));
        assertThat(json(done).path("status").asText()).isEqualTo("COMPLETED");
        assertThat(json(done).path("n").asInt()).isEqualTo(1);
        assertThat(json(done).path("output")).isEqualTo(Samples.json("{'status':'success','n':1}"));
    }

    @Test
    void aStreamedJobShowsItsPartsEachAsAnOutput() throws IOException {
        var parts =
                List.of(
                        payload(3, "{'frames':[{'$media':0}],'first_frame':0}"),
                        payload(4, "{'frames':[{'$media':0}],'first_frame':1}"));
        JsonNode reply = json(JobReply.stream(running(), parts, true), ref -> zeros(ref.bytes()));
        assertThat(reply)
                .isEqualTo(
                        expected(
                                """
                                'status':'IN_PROGRESS','delayTime':2000,'stream':[
                                {'output':{'frames':['AAAA'],'first_frame':0}},
                                {'output':{'frames':['AAAAAA=='],'first_frame':1}}]\
                                """));
    }

    @Test
    void theEndOfAStreamAndItsErrorAreToldWithTheLastPartsOnly() throws IOException {
        JobRecord failed = running().apply(samples.failed(job, "bad media"));
        assertThat(json(JobReply.stream(failed, List.of(), true), NO_MEDIA))
                .isEqualTo(expected("'status':'IN_PROGRESS','delayTime':2000,'stream':[]"));
        assertThat(json(JobReply.stream(failed, List.of(), false), NO_MEDIA))
                .isEqualTo(
                        expected(
                                "'status':'FAILED','delayTime':2000,'error':'bad media','stream':[]"));
    }

    @Test
    void aStreamOfALaterAttemptTellsSo() throws IOException {
        JobRecord again = queued.apply(samples.started(job, 1)).apply(samples.started(job, 2));
        assertThat(json(JobReply.stream(again, List.of(), false), NO_MEDIA).path("retries"))
                .isEqualTo(Samples.json("1"));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0,
                1,
                2,
                3,
                MediaReadAhead.BLOCK - 1,
                MediaReadAhead.BLOCK,
                MediaReadAhead.BLOCK + 1,
                5 * MediaReadAhead.BLOCK + 2
            })
    void mediaOfAnyLengthComeBackAndTheLengthIsKnownBefore(int size) throws IOException {
        byte[] bytes = SinkFixture.noise(size, size);
        ReplyBody body = body(size, "{'a':[1,{'$media':0}],'b':{'$media':0},'c':{'$media':9}}");
        var out = new ByteArrayOutputStream();
        try (ReplyStream stream = body.open(_ -> new ByteArrayInputStream(bytes))) {
            stream.transferTo(out);
        }
        assertThat(out.size()).isEqualTo(body.length());
        try (ReplyStream stream = body.open(_ -> new ByteArrayInputStream(bytes))) {
            assertThat(stream.readAllBytes()).isEqualTo(out.toByteArray());
        }
        JsonNode read = Wire.json().readTree(out.toByteArray()).path("output");
        assertThat(read.at("/a/1").binaryValue()).isEqualTo(bytes);
        assertThat(read.path("b").binaryValue()).isEqualTo(bytes);
        assertThat(read.path("c")).isEqualTo(Samples.json("{'$media':9}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void mediaOfAnotherLengthThanPromisedBreakTheReplyOff(int difference) {
        ReplyBody body = body(1000, "{'a':{'$media':0}}");
        byte[] bytes = new byte[1000 + difference];
        try (ReplyStream stream = body.open(_ -> new ByteArrayInputStream(bytes))) {
            assertThatThrownBy(stream::readAllBytes)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("1000 bytes");
        }
    }

    private ReplyBody body(int size, String output) {
        return JobReply.status(
                queued.apply(samples.completed(job, 1, payload(size, output))),
                clock.instant(),
                "/v2",
                Map.of());
    }

    private static Payload payload(int size, String body) {
        MediaRef ref =
                new MediaRef.InKafka(
                        "heritage.results", 0, 0, 0, "k", "p", 1, size, "", "image/png");
        return new Payload(Samples.json(body), List.of(ref));
    }

    private static InputStream zeros(long count) {
        return new ByteArrayInputStream(new byte[(int) count]);
    }

    private JobRecord running() {
        clock.move(Duration.ofSeconds(2));
        return queued.apply(samples.started(job, 1));
    }

    private JsonNode expected(String fields) {
        return Samples.json("{'id':'" + job.id() + "'," + fields + "}");
    }

    private JsonNode json(JobRecord record) throws IOException {
        return json(JobReply.status(record, clock.instant(), "/v2", Map.of()), NO_MEDIA);
    }

    private static JsonNode json(ReplyBody body, MediaSource media) throws IOException {
        try (ReplyStream stream = body.open(media)) {
            return Wire.json().readTree(stream.readAllBytes());
        }
    }
}
