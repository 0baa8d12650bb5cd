package io.heritage.processor.job;

import io.heritage.media.MediaRejected;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.schemas.ErrorCode;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where exceptions become the error text of a job. An error that the sender can
 * correct keeps its message. Any other gets a short text and an id under which the log has the
 * stack trace.
 */
final class FailureText {
    private static final Logger LOG = LoggerFactory.getLogger(FailureText.class);

    private FailureText() {}

    /** Never empty, never a stack trace. */
    static String of(Throwable thrown, Job job) {
        return switch (thrown) {
            case InvalidInput e -> text(e);
            case MediaRejected e -> text(e);
            case JobFailed e -> text(e);
            case OutOfMemoryError e ->
                    logged(e, job, "Processing failed: the processor is out of memory");
            case OutOfDeviceMemory e ->
                    logged(
                            e,
                            job,
                            "Processing failed: "
                                    + deviceOf(e)
                                    + " out of memory; try a smaller resolution or fewer frames");
            default -> logged(thrown, job, "Processing failed: internal error");
        };
    }

    static ErrorCode codeOf(Throwable thrown) {
        return switch (thrown) {
            case InvalidInput _ -> ErrorCode.BAD_INPUT;
            case MediaRejected _ -> ErrorCode.BAD_MEDIA;
            case JobFailed _ -> ErrorCode.NOT_POSSIBLE;
            case OutOfMemoryError _ -> ErrorCode.OUT_OF_MEMORY;
            case OutOfDeviceMemory _ -> ErrorCode.OUT_OF_MEMORY;
            default -> ErrorCode.INTERNAL;
        };
    }

    private static String text(Exception e) {
        String message = e.getMessage();
        return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
    }

    /** Clients expect "CUDA out of memory" (docs/restore.md). */
    private static String deviceOf(OutOfDeviceMemory e) {
        return String.valueOf(e.getMessage()).contains("cuda") ? "CUDA" : "CPU";
    }

    private static String logged(Throwable e, Job job, String text) {
        String errorId = UUID.randomUUID().toString().substring(0, 8);
        LOG.atError()
                .addKeyValue("jobId", job.id())
                .addKeyValue("endpointId", job.endpoint())
                .addKeyValue("errorId", errorId)
                .setCause(e)
                .log("job failed unexpectedly");
        return text + " (error id " + errorId + " in the processor's log)";
    }
}
