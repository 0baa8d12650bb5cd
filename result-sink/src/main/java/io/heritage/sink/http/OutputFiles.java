package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.JobState;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.SinkApi;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.FileRange;
import io.heritage.sink.reply.OutputFile;
import io.heritage.sink.reply.OutputLinks;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** {@code /output} of one job: the media of its result as files. Any thread. */
final class OutputFiles {
    private static final Answer NO_FILE = new Answer.Refusal(404, "the job has no such output");

    private final JobLookup lookup;
    private final String linkBase;

    /**
     * @param linkBase see {@link OutputLinks}
     */
    OutputFiles(JobLookup lookup, String linkBase) {
        this.lookup = lookup;
        this.linkBase = linkBase;
    }

    Answer answer(Parameters request) throws Exception {
        JobQuestion question = request.job();
        return lookup.now(
                question,
                job ->
                        job.state() instanceof JobState.Completed completed
                                ? of(request, question, job, completed.output().media())
                                : new Answer.Refusal(
                                        404,
                                        "only a job that is COMPLETED has outputs, this one is "
                                                + job.state().status()));
    }

    private Answer of(
            Parameters request, JobQuestion question, TrackedJob job, List<MediaRef> media) {
        if (request.file().isEmpty()) {
            return new Answer.Json(list(job, media));
        }
        String file = request.file().get();
        if (file.equals(SinkApi.ZIP) && !media.isEmpty()) {
            return new Answer.Zip(
                    question.owner(),
                    job.id() + ".zip",
                    media.stream().map(OutputFile::new).toList());
        }
        if (!file.matches("\\d{1,6}") || Integer.parseInt(file) >= media.size()) {
            return NO_FILE;
        }
        return file(request, question, new OutputFile(media.get(Integer.parseInt(file))));
    }

    private static Answer file(Parameters request, JobQuestion question, OutputFile file) {
        String has = request.condition(SinkApi.IF_NONE_MATCH);
        boolean notModified =
                has.equals("*")
                        || Arrays.stream(has.split(","))
                                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                                .anyMatch(file.etag()::equals);
        return new Answer.File(
                question.owner(),
                file,
                FileRange.of(
                        request.condition(SinkApi.RANGE),
                        request.condition(SinkApi.IF_RANGE),
                        file),
                notModified);
    }

    private ObjectNode list(TrackedJob job, List<MediaRef> media) {
        var links = new OutputLinks(linkBase, Objects.requireNonNull(job.job()));
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", job.id().value());
        ArrayNode outputs = body.putArray("outputs");
        for (int i = 0; i < media.size(); i++) {
            outputs.add(
                    new OutputFile(media.get(i))
                            .describe()
                            .put("index", i)
                            .put("url", links.file(i)));
        }
        if (!media.isEmpty()) {
            body.put("zip", links.zip());
        }
        return body;
    }
}
