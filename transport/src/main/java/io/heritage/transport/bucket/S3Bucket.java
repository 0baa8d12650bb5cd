package io.heritage.transport.bucket;

import io.heritage.schemas.UploadTarget;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * One bucket of an S3 service, AWS or another: path-style addresses, without the chunked encoding
 * and checksums of newer clients, which not all services support. Any thread.
 */
public final class S3Bucket implements AutoCloseable {
    /**
     * Also the heap of an upload. S3 takes parts from 5 MiB on; an array of 8 MiB would take two of
     * the collector's regions of that size.
     */
    public static final int PART_BYTES = (8 << 20) - 64;

    /** S3 takes 10,000. */
    private static final int MOST_PARTS = 9_999;

    private static final int ATTEMPTS = 5;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(10);
    private static final Duration SILENT_FOR = Duration.ofSeconds(30);

    private final String bucket;
    private final S3Client client;
    private final S3Presigner presigner;

    /**
     * @param addresses resolves the names of hosts
     * @param timeLimit for one call, repetitions included
     * @param connections at the same time
     */
    public S3Bucket(
            UploadTarget target, DnsResolver addresses, Duration timeLimit, int connections) {
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
                                        .connectionAcquisitionTimeout(timeLimit)
                                        .maxConnections(connections)
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
     * Stores an object; replaces one with that key.
     *
     * @param content not closed
     * @throws SdkException if the service refuses it or does not answer
     * @throws IOException if the content cannot be read
     */
    public void put(String key, String mediaType, long bytes, InputStream content)
            throws IOException {
        int part = (int) Math.max(PART_BYTES, bytes / MOST_PARTS + 1);
        byte[] buffer = new byte[(int) Math.min(part, bytes)];
        if (bytes <= part) {
            fill(buffer, content);
            put(key, mediaType, buffer, buffer.length);
        } else {
            putInParts(key, mediaType, bytes, content, buffer);
        }
    }

    private void putInParts(
            String key, String mediaType, long bytes, InputStream content, byte[] buffer)
            throws IOException {
        try (S3Object object = begin(key, mediaType)) {
            for (long left = bytes; left > 0; left -= buffer.length) {
                int length = (int) Math.min(left, buffer.length);
                byte[] piece = length < buffer.length ? Arrays.copyOf(buffer, length) : buffer;
                fill(piece, content);
                object.add(piece, length);
            }
            object.complete();
        }
    }

    /**
     * Stores a small object; replaces one with that key.
     *
     * @throws SdkException if the service refuses it or does not answer
     */
    void put(String key, String mediaType, byte[] bytes, int length) {
        client.putObject(
                object -> object.bucket(bucket).key(key).contentType(mediaType),
                S3Object.body(bytes, length));
    }

    /** Begins an object that is written in parts; it exists only once it is complete. */
    S3Object begin(String key, String mediaType) {
        return S3Object.begin(client, bucket, key, mediaType);
    }

    /**
     * @param from first byte, less than there are
     * @return closed by the caller, also if it is not read to its end
     * @throws software.amazon.awssdk.services.s3.model.NoSuchKeyException if there is no such
     *     object
     */
    ResponseInputStream<GetObjectResponse> get(String key, long from) {
        return client.getObject(object -> {
            object.bucket(bucket).key(key);
            if (from > 0) {
                object.range("bytes=" + from + "-");
            }
        });
    }

    void delete(String key) {
        client.deleteObject(object -> object.bucket(bucket).key(key));
    }

    private static void fill(byte[] buffer, InputStream content) throws IOException {
        if (content.readNBytes(buffer, 0, buffer.length) < buffer.length) {
            throw new EOFException("a result is shorter than its reference says");
        }
    }

    /** A URL that opens an object without credentials. */
    public String url(String key, Duration lifetime) {
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
