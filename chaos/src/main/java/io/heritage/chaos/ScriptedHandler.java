package io.heritage.chaos;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.InputBody;
import io.heritage.processor.job.JobAnswer;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.job.JobHandler;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.Division;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.Payload;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Executes the {@link Script} in a job's input. Called on the device's thread. */
final class ScriptedHandler implements JobHandler {
    private static final long STEP_MILLIS = 20;

    private final MediaStore media;
    private final MediaStore results;
    private final Path marks;

    /**
     * @param marks a folder of all processors, for what is to happen once only
     */
    ScriptedHandler(MediaStore media, MediaStore results, Path marks) {
        this.media = media;
        this.results = results;
        this.marks = marks;
    }

    @Override
    public JobAnswer run(Attempt attempt) throws InvalidInput, IOException {
        ObjectNode input = InputBody.of(attempt.job());
        Script script = Script.of(input.path("script"));
        JobPart part = attempt.job().part();
        if (part == null && script.divided()) {
            return new JobAnswer.InParts(division(script.parts()));
        }
        try (MediaUpload upload = results.begin(attempt.job().id().value())) {
            var output = new ScriptedOutput(attempt, script, hashOf(attempt.job()), upload);
            return new JobAnswer.Output(
                    part == null
                            ? output.whole()
                            : switch (part.work()) {
                                case JobPart.Segment _ -> output.segment(part.index());
                                case JobPart.Join join -> output.join(join.segments());
                            });
        }
    }

    /** One frame a part; chunks are ignored. */
    private static Division division(int parts) {
        return new Division(
                IntStream.range(0, parts)
                        .mapToObj(k -> new JobPart.Segment(k, k + 1, k, k + 1, 5, 1, 1))
                        .toList());
    }

    /** What an attempt makes of its script. */
    private final class ScriptedOutput {
        private final Attempt attempt;
        private final Script script;
        private final String mediaHash;
        private final MediaUpload upload;
        private final List<MediaRef> durable = new ArrayList<>();

        ScriptedOutput(Attempt attempt, Script script, String mediaHash, MediaUpload upload) {
            this.attempt = attempt;
            this.script = script;
            this.mediaHash = mediaHash;
            this.upload = upload;
        }

        Payload whole() throws IOException {
            int stopAt = stopAt(script);
            for (int k = 0; k < script.parts(); k++) {
                make(k, stopAt);
                attempt.partReady(partOf(k, durable.getLast()));
                attempt.progress(new WorkProgress("script", k + 1, script.parts()));
            }
            return outputOf(script, durable);
        }

        Payload segment(int index) throws IOException {
            boolean stops = index == script.parts() / 2;
            make(index, stops ? stopAt(script) : -1);
            return outputOf(script, durable);
        }

        Payload join(List<Payload> segments) throws IOException {
            for (Payload segment : segments) {
                attempt.checkpoint();
                try (InputStream bytes = results.open(segment.media().getFirst())) {
                    durable.add(store(upload, durable.size(), bytes.readAllBytes()));
                }
            }
            return outputOf(script, durable);
        }

        private void make(int index, int stopAt) throws IOException {
            if (index == stopAt) {
                stop(script);
            }
            work(script.workMillis() / script.parts(), attempt);
            durable.add(store(upload, index, script.part(index, mediaHash)));
        }
    }

    private String hashOf(Job job) throws InvalidInput, IOException {
        MediaRef ref = job.input().mediaAt(InputBody.of(job).path("start_image_base64"));
        MessageDigest digest = Script.sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream bytes = media.open(ref)) {
            for (int n = bytes.read(buffer); n >= 0; n = bytes.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Script.hex(digest.digest());
    }

    /** Before which part the work ends early; -1 if it does not. */
    private int stopAt(Script script) throws IOException {
        boolean stops =
                switch (script.outcome()) {
                    case COMPLETE -> false;
                    case FAIL, POISON -> true;
                    case FAIL_ONCE, CRASH_ONCE -> isFirst(script.tag());
                };
        return stops ? script.parts() / 2 : -1;
    }

    private boolean isFirst(String tag) throws IOException {
        try {
            Files.createFile(marks.resolve(tag));
            return true;
        } catch (FileAlreadyExistsException again) {
            return false;
        }
    }

    private static void stop(Script script) {
        switch (script.outcome()) {
            case POISON, CRASH_ONCE -> Runtime.getRuntime().halt(134);
            case FAIL, FAIL_ONCE, COMPLETE -> throw new JobFailed(script.failure());
        }
    }

    private static void work(long millis, Attempt attempt) throws IOException {
        long end = System.nanoTime() + millis * 1_000_000;
        do {
            attempt.checkpoint();
            try {
                Thread.sleep(Math.min(STEP_MILLIS, Math.max(1, millis)));
            } catch (InterruptedException e) {
                throw new InterruptedIOException("the processor ends");
            }
        } while (System.nanoTime() < end);
    }

    private static MediaRef store(MediaUpload upload, int index, byte[] bytes) throws IOException {
        MediaPart part = upload.part("frames/%04d.bin".formatted(index), "image/png");
        try (part) {
            part.write(bytes);
        }
        return part.durable();
    }

    private static Payload partOf(int index, MediaRef ref) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("first_frame", index);
        body.putArray("frames").add(Payload.placeholder(0));
        return new Payload(body, List.of(ref));
    }

    private static Payload outputOf(Script script, List<MediaRef> durable) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode frames = body.putArray("frames");
        for (int i = 0; i < durable.size(); i++) {
            frames.add(Payload.placeholder(i));
        }
        body.putObject("metadata").put("tag", script.tag());
        return new Payload(body, durable);
    }
}
