package io.heritage.processor.upload;

import io.heritage.schemas.UploadTarget;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * One bucket of an S3 service, AWS or another: path-style addresses, and neither the chunks nor the
 * checksums of newer clients, which not all of them know. One thread.
 */
final class S3Bucket implements AutoCloseable {
    /** Also the heap of an upload. S3 takes parts from 5 MiB on. */
    static final int PART_BYTES = 8 << 20;

    /** S3 takes 10,000. */
    private static final int MOST_PARTS = 9_999;

    private static final int ATTEMPTS = 5;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration SILENT_FOR = Duration.ofSeconds(30);

    private final String bucket;
    private final S3Client client;
    private final S3Presigner presigner;

    /**
     * @param timeLimit for one call, repetitions included
     */
    S3Bucket(UploadTarget target, DnsResolver addresses, Duration timeLimit) {
        this.bucket = target.bucketName();
        var endpoint = URI.create(target.endpointUrl());
        Region region = Region.of(target.signedRegion());
        var credentials =
                StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(target.accessId(), target.accessSecret()));
        var style =
                S3Configuration.builder()
                        .pathStyleAccessEnabled(true)
                        .chunkedEncodingEnabled(false)
                        .build();
        this.client =
                S3Client.builder()
                        .endpointOverride(endpoint)
                        .region(region)
                        .credentialsProvider(credentials)
                        .serviceConfiguration(style)
                        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                        .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                        .httpClientBuilder(
                                Apache5HttpClient.builder()
                                        .dnsResolver(addresses)
                                        .connectionTimeout(CONNECT_WITHIN)
                                        .socketTimeout(SILENT_FOR)
                                        .maxConnections(1)
                                        .proxyConfiguration(
                                                ProxyConfiguration.builder()
                                                        .useSystemPropertyValues(false)
                                                        .useEnvironmentVariableValues(false)
                                                        .build()))
                        .overrideConfiguration(calls ->
                                calls.apiCallTimeout(timeLimit)
                                        .retryStrategy(retries -> retries.maxAttempts(ATTEMPTS)))
                        .build();
        this.presigner =
                S3Presigner.builder()
                        .endpointOverride(endpoint)
                        .region(region)
                        .credentialsProvider(credentials)
                        .serviceConfiguration(style)
                        .build();
    }

    /**
     * Stores an object; one of that key is replaced.
     *
     * @param content not closed
     * @throws SdkException if the service refuses it or does not answer
     * @throws IOException if the content cannot be read
     */
    void put(String key, String mediaType, long bytes, InputStream content) throws IOException {
        int part = (int) Math.max(PART_BYTES, bytes / MOST_PARTS + 1);
        byte[] buffer = new byte[(int) Math.min(part, bytes)];
        if (bytes <= part) {
            fill(buffer, content);
            client.putObject(
                    object -> object.bucket(bucket).key(key).contentType(mediaType),
                    RequestBody.fromBytes(buffer));
        } else {
            putInParts(key, mediaType, bytes, content, buffer);
        }
    }

    private void putInParts(
            String key, String mediaType, long bytes, InputStream content, byte[] buffer)
            throws IOException {
        String id =
                client.createMultipartUpload(
                                object -> object.bucket(bucket).key(key).contentType(mediaType))
                        .uploadId();
        boolean complete = false;
        try {
            List<CompletedPart> parts = new ArrayList<>();
            for (long left = bytes; left > 0; left -= buffer.length) {
                byte[] piece = left < buffer.length ? Arrays.copyOf(buffer, (int) left) : buffer;
                fill(piece, content);
                parts.add(part(key, id, parts.size() + 1, piece));
            }
            client.completeMultipartUpload(upload ->
                    upload.bucket(bucket)
                            .key(key)
                            .uploadId(id)
                            .multipartUpload(all -> all.parts(parts)));
            complete = true;
        } finally {
            if (!complete) {
                abort(key, id);
            }
        }
    }

    private CompletedPart part(String key, String id, int number, byte[] piece) {
        String etag =
                client.uploadPart(
                                part ->
                                        part.bucket(bucket)
                                                .key(key)
                                                .uploadId(id)
                                                .partNumber(number),
                                RequestBody.fromBytes(piece))
                        .eTag();
        return CompletedPart.builder().partNumber(number).eTag(etag).build();
    }

    /** Parts of uploads that nobody ends are paid for. */
    private void abort(String key, String id) {
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(upload -> upload.bucket(bucket).key(key).uploadId(id));
        } catch (SdkException e) {
            // the one that is under way says more
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void fill(byte[] buffer, InputStream content) throws IOException {
        if (content.readNBytes(buffer, 0, buffer.length) < buffer.length) {
            throw new EOFException("a result is shorter than its reference says");
        }
    }

    /** A URL that opens an object without credentials. */
    String url(String key, Duration lifetime) {
        return presigner
                .presignGetObject(get ->
                        get.signatureDuration(lifetime)
                                .getObjectRequest(object -> object.bucket(bucket).key(key)))
                .url()
                .toExternalForm();
    }

    @Override
    public void close() {
        presigner.close();
        client.close();
    }
}
