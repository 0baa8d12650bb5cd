package io.heritage.processor.upload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.http.UrlGuard;
import io.heritage.processor.config.UploadConfig;
import io.heritage.processor.job.Attempt;
import io.heritage.processor.job.OutputStep;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.OutputFacts;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyShape;
import io.heritage.schemas.UploadSecret;
import io.heritage.schemas.UploadTarget;
import io.heritage.transport.bucket.S3Bucket;
import io.heritage.transport.media.MediaStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Uploads the media of an output into the bucket of the request or of the installation, as {@code
 * JOBID/NAME} (docs/spec/runpod.md, section 1.2). The reply then has a URL in place of each piece
 * of media; the stored media stay as well.
 */
public final class S3Uploads implements OutputStep {
    private static final Logger LOG = LoggerFactory.getLogger(S3Uploads.class);
    private static final String STAGE = "upload";
    private static final long LOOK_MILLIS = 100;
    private static final int LONGEST_REASON = 300;

    /** Longest time that the device waits. */
    private static final Duration LONGEST = Duration.ofMinutes(30);

    private final UploadConfig config;
    private final UploadSecret secret;
    private final MediaStore results;

    public S3Uploads(UploadConfig config, MediaStore results) {
        this.config = config;
        this.secret = new UploadSecret(config.secret());
        this.results = results;
    }

    /**
     * A bucket and who chose it.
     *
     * @param ofRequest whether the request named it; then only public addresses are allowed
     */
    private record Chosen(UploadTarget target, boolean ofRequest) {}

    @Override
    public Payload after(Attempt attempt, Payload output) throws InterruptedException {
        Job job = attempt.job();
        if (output.media().isEmpty() || isOfSegment(job)) {
            return output;
        }
        try {
            Optional<Chosen> bucket = bucketOf(job);
            return bucket.isEmpty() ? output : uploaded(bucket.get(), attempt, output);
        } catch (UploadSecret.NotOpened e) {
            return failed(output, job, "s3Config cannot be read here: " + e.getMessage());
        } catch (NotUploaded e) {
            return failed(output, job, String.valueOf(e.getMessage()));
        } catch (WorkStopped stopped) {
            return switch (stopped.reason()) {
                case EXECUTION_TIMEOUT, SHUTDOWN ->
                        failed(output, job, "the result was not uploaded in time");
                default -> throw stopped;
            };
        }
    }

    /** A part's media are used by the join only. */
    private static boolean isOfSegment(Job job) {
        return job.part() != null && job.part().work() instanceof JobPart.Segment;
    }

    private Optional<Chosen> bucketOf(Job job) throws UploadSecret.NotOpened, NotUploaded {
        if (job.upload() != null) {
            if (!secret.isSet()) {
                throw new NotUploaded(
                        "s3Config cannot be read here: processor.uploads.secret is not set", null);
            }
            return Optional.of(new Chosen(secret.open(job.upload(), job.asked()), true));
        }
        return job.reply() == ReplyShape.LINKS
                ? config.installed().map(target -> new Chosen(target, false))
                : Optional.empty();
    }

    /** The message is for the client. */
    private static final class NotUploaded extends Exception {
        private static final long serialVersionUID = 1L;

        NotUploaded(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private Payload uploaded(Chosen bucket, Attempt attempt, Payload output)
            throws NotUploaded, InterruptedException {
        List<MediaRef> media = output.media();
        var done = new AtomicInteger();
        var upload = new FutureTask<>(() -> urls(bucket, attempt.job(), media, done));
        Thread thread = Thread.ofVirtual().name("upload-" + attempt.job().id()).start(upload);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        try {
            while (true) {
                attempt.checkpoint();
                if (System.nanoTime() > deadline) {
                    throw new NotUploaded(
                            "the result was not uploaded within %d minutes"
                                    .formatted(LONGEST.toMinutes()),
                            null);
                }
                attempt.progress(new WorkProgress(STAGE, done.get(), media.size()));
                try {
                    return named(output, upload.get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
                } catch (TimeoutException stillUploading) {
                    continue;
                }
            }
        } catch (ExecutionException e) {
            throw notUploaded(
                    bucket.target(),
                    media,
                    done.get(),
                    Objects.requireNonNullElse(e.getCause(), e));
        } finally {
            thread.interrupt();
        }
    }

    private List<String> urls(Chosen chosen, Job job, List<MediaRef> media, AtomicInteger done)
            throws IOException, UrlGuard.NotAllowed {
        UploadTarget target = chosen.target();
        Predicate<String> mayBePrivate =
                chosen.ofRequest() ? config.privateHosts()::contains : _ -> true;
        var guard =
                new UrlGuard(
                        mayBePrivate, "processor.uploads.private-hosts", InetAddress::getAllByName);
        guard.check(target.endpointUrl());
        List<String> urls = new ArrayList<>();
        try (var bucket =
                new S3Bucket(target, new GuardedAddresses(guard), config.timeLimit(), 1)) {
            for (MediaRef ref : media) {
                String key = target.key(job.asked(), OutputFacts.fileName(ref));
                try (InputStream content = results.open(ref)) {
                    bucket.put(key, ref.mediaType(), ref.bytes(), content);
                }
                urls.add(bucket.url(key, config.urlLifetime()));
                done.incrementAndGet();
            }
        }
        return urls;
    }

    private static Payload named(Payload output, List<String> urls) {
        Payload named = output.named(urls);
        if (named.body() instanceof ObjectNode body && urls.size() == 1) {
            OutputFacts.describe(body, output.media().getFirst(), urls.getFirst());
        }
        return named;
    }

    private static NotUploaded notUploaded(
            UploadTarget target, List<MediaRef> media, int done, Throwable cause) {
        return new NotUploaded(
                "%s was not uploaded to %s: %s"
                        .formatted(
                                OutputFacts.fileName(media.get(Math.min(done, media.size() - 1))),
                                target.place(),
                                shortened(withoutSecrets(reason(target, cause), target))),
                cause);
    }

    private static String reason(UploadTarget target, Throwable cause) {
        return switch (cause) {
            case AwsServiceException e when e.awsErrorDetails() != null ->
                    "HTTP %d %s %s"
                            .formatted(
                                    e.statusCode(),
                                    e.awsErrorDetails().errorCode(),
                                    e.awsErrorDetails().errorMessage());
            case AwsServiceException e -> "HTTP " + e.statusCode();
            case UnknownHostException _ ->
                    "the host %s is unknown".formatted(URI.create(target.endpointUrl()).getHost());
            case SdkException e -> String.valueOf(e.getMessage());
            case UrlGuard.NotAllowed e -> String.valueOf(e.getMessage());
            default -> cause.getClass().getSimpleName();
        };
    }

    /** The bucket's operator controls this text. */
    private static String shortened(String text) {
        return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON) + "…";
    }

    private static String withoutSecrets(String text, UploadTarget target) {
        return text.replace(target.accessSecret(), "…").replace(target.accessId(), "…");
    }

    /** The result is stored nonetheless, so the job has not failed. */
    private static Payload failed(Payload output, Job job, String error) {
        LOG.atWarn()
                .addKeyValue("jobId", job.id())
                .addKeyValue("error", error)
                .log("result not uploaded");
        if (!(output.body() instanceof ObjectNode body)) {
            return output;
        }
        ObjectNode told = body.deepCopy();
        told.putArray("errors").add(error);
        return new Payload(told, output.media());
    }
}
