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
import io.heritage.schemas.InvalidInput;
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

/** Does what the {@link Script} in a job's input says. Called on the device's thread. */
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
        String hash = hashOf(attempt.job().input().mediaAt(input.path("start_image_base64")));
        int stopAt = stopAt(script);
        var durable = new ArrayList<MediaRef>();
        try (MediaUpload upload = results.begin(attempt.job().id().value())) {
            for (int k = 0; k < script.parts(); k++) {
                if (k == stopAt) {
                    stop(script);
                }
                work(script.workMillis() / script.parts(), attempt);
                MediaRef ref = store(upload, k, script.part(k, hash));
                durable.add(ref);
                attempt.partReady(partOf(k, ref));
                attempt.progress(new WorkProgress("script", k + 1, script.parts()));
            }
        }
        return new JobAnswer.Output(outputOf(script, durable));
    }

    private String hashOf(MediaRef ref) throws IOException {
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
