package io.heritage.sink.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.JobState;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.SinkApi;
import io.heritage.sink.fold.TrackedJob;
import io.heritage.sink.frame.FramePicture;
import io.heritage.sink.frame.FramePictures;
import io.heritage.sink.frame.FrameRefused;
import io.heritage.sink.reply.Answer;
import io.heritage.sink.reply.FileRange;
import io.heritage.sink.reply.OutputFile;
import io.heritage.sink.reply.OutputLinks;
import io.heritage.transport.media.MediaLost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.IntFunction;

/**
 * {@code /output} and {@code /input} of one job: its media as files, and their frames as pictures.
 * Any thread.
 */
final class OutputFiles {
    private static final int LARGEST_SIDE = 16_384;
    private static final int SMALLEST_SIDE = 16;

    private final JobLookup lookup;
    private final FramePictures frames;
    private final String linkBase;

    /**
     * @param linkBase see {@link OutputLinks}
     */
    OutputFiles(JobLookup lookup, FramePictures frames, String linkBase) {
        this.lookup = lookup;
        this.frames = frames;
        this.linkBase = linkBase;
    }

    /** Files of the result: the list of them, one, or all in a zip. */
    Answer output(Parameters request) throws Exception {
        return lookup.now(
                request.job(),
                job ->
                        job.state() instanceof JobState.Completed completed
                                ? output(request, job, completed.output().media())
                                : new Answer.Refusal(
                                        404,
                                        "only a job that is COMPLETED has outputs, this one is "
                                                + job.state().status()));
    }

    /** Files of the input: the list of them, or one. */
    Answer input(Parameters request) throws Exception {
        return lookup.now(request.job(), job -> input(request, job));
    }

    private Answer output(Parameters request, TrackedJob job, List<MediaRef> media)
            throws Exception {
        if (request.file().isEmpty()) {
            return new Answer.Json(outputs(job, media));
        }
        if (request.file().get().equals(SinkApi.ZIP) && !media.isEmpty()) {
            return new Answer.Zip(
                    request.owner(),
                    job.id() + ".zip",
                    media.stream().map(OutputFile::new).toList());
        }
        return one(request, media, "the job has no such output");
    }

    private Answer input(Parameters request, TrackedJob job) throws Exception {
        List<MediaRef> media = Objects.requireNonNull(job.job()).input().media();
        return request.file().isEmpty()
                ? new Answer.Json(inputs(job, media))
                : one(request, media, "the job has no such input");
    }

    private Answer one(Parameters request, List<MediaRef> media, String none) throws Exception {
        String file = request.file().orElseThrow();
        if (!file.matches("\\d{1,6}") || Integer.parseInt(file) >= media.size()) {
            return new Answer.Refusal(404, none);
        }
        var found = new OutputFile(media.get(Integer.parseInt(file)));
        return request.frame().isPresent()
                ? frame(request, found, request.frame().getAsLong())
                : file(request, found);
    }

    private static Answer file(Parameters request, OutputFile file) throws BadRequest {
        return new Answer.File(
                request.owner(),
                file,
                FileRange.of(
                        request.condition(SinkApi.RANGE),
                        request.condition(SinkApi.IF_RANGE),
                        file),
                OutputFile.isKnown(file.etag(), request.condition(SinkApi.IF_NONE_MATCH)));
    }

    private Answer frame(Parameters request, OutputFile file, long number) throws Exception {
        OptionalInt max = request.longestSide(SMALLEST_SIDE, LARGEST_SIDE);
        String etag = file.etag(number + (max.isPresent() ? "-" + max.getAsInt() : ""));
        if (OutputFile.isKnown(etag, request.condition(SinkApi.IF_NONE_MATCH))) {
            return new Answer.NotModified(etag);
        }
        try {
            FramePicture found =
                    frames.find(request.owner(), file.ref(), number, max.orElse(LARGEST_SIDE));
            var facts = new LinkedHashMap<String, String>();
            facts.put(SinkApi.FRAME_HEADER, Long.toString(number));
            facts.put(SinkApi.FRAME_SIZE_HEADER, found.full().toString());
            found.frames()
                    .ifPresent(count -> facts.put(SinkApi.FRAMES_HEADER, Long.toString(count)));
            return new Answer.Picture(request.owner(), found.png(), found.bytes(), etag, facts);
        } catch (FrameRefused e) {
            String text = Objects.requireNonNull(e.getMessage());
            return switch (e.reason()) {
                case NO_SUCH_FRAME -> new Answer.Refusal(404, text);
                case NO_PICTURE -> new Answer.Refusal(415, text);
                case BUSY -> new Answer.Unavailable(text);
            };
        } catch (MediaLost e) {
            return new Answer.Refusal(404, "media expired: they are no longer kept");
        }
    }

    private ObjectNode outputs(TrackedJob job, List<MediaRef> media) {
        var links = new OutputLinks(linkBase, Objects.requireNonNull(job.job()));
        ObjectNode body = list(job, "outputs", media, links::file);
        if (!media.isEmpty()) {
            body.put("zip", links.zip());
        }
        return body;
    }

    private ObjectNode inputs(TrackedJob job, List<MediaRef> media) {
        var links = new OutputLinks(linkBase, Objects.requireNonNull(job.job()));
        return list(job, "inputs", media, links::input);
    }

    private static ObjectNode list(
            TrackedJob job, String name, List<MediaRef> media, IntFunction<String> url) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("id", job.id().value());
        ArrayNode files = body.putArray(name);
        for (int i = 0; i < media.size(); i++) {
            files.add(
                    new OutputFile(media.get(i))
                            .describe()
                            .put("index", i)
                            .put("url", url.apply(i)));
        }
        return body;
    }
}
