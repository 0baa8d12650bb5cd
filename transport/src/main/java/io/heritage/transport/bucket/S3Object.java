package io.heritage.transport.bucket;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * An upload of an object in parts. Closing an incomplete one removes the parts that were sent. One
 * thread.
 */
final class S3Object implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(S3Object.class);
    private static final String BYTES = "application/octet-stream";

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final String uploadId;
    private final List<CompletedPart> parts = new ArrayList<>();
    private boolean ended;

    private S3Object(S3Client client, String bucket, String key, String uploadId) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
        this.uploadId = uploadId;
    }

    static S3Object begin(S3Client client, String bucket, String key, String mediaType) {
        String id =
                client.createMultipartUpload(
                                object -> object.bucket(bucket).key(key).contentType(mediaType))
                        .uploadId();
        return new S3Object(client, bucket, key, id);
    }

    /** Request body that reads the bytes without a copy. */
    static RequestBody body(byte[] bytes, int length) {
        return RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, 0, length), length, BYTES);
    }

    /**
     * Returns when the service has stored the part.
     *
     * @param length at least 5 MiB, but for the last part
     * @throws SdkException if the service refuses it or does not answer
     */
    void add(byte[] bytes, int length) {
        int number = parts.size() + 1;
        String etag =
                client.uploadPart(
                                part ->
                                        part.bucket(bucket)
                                                .key(key)
                                                .uploadId(uploadId)
                                                .partNumber(number),
                                body(bytes, length))
                        .eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }

    void complete() {
        client.completeMultipartUpload(upload ->
                upload.bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .multipartUpload(all -> all.parts(parts)));
        ended = true;
    }

    /** Aborts the upload: parts of unfinished uploads cost money. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(
                    upload -> upload.bucket(bucket).key(key).uploadId(uploadId));
        } catch (SdkException e) { // the caller reports why it was not completed
            LOG.atWarn()
                    .addKeyValue("bucket", bucket)
                    .addKeyValue("object", key)
                    .addKeyValue("error", e.toString())
                    .log(
                            "parts of an unfinished upload stay in the bucket until its lifecycle"
                                    + " rule removes them");
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
