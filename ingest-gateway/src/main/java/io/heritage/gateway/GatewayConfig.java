package io.heritage.gateway;

import io.heritage.gateway.call.ApiKey;
import io.heritage.gateway.call.RequestRates;
import io.heritage.gateway.connection.GatewayTls;
import io.heritage.gateway.limit.GatewayLimits;
import io.heritage.gateway.media.MediaUrls;
import io.heritage.gateway.submit.UnknownFields;
import io.heritage.http.HostNames;
import io.heritage.schemas.JobId;
import io.heritage.schemas.UploadSecret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Address, limits and callers of the gateway.
 *
 * @param host address to bind; anything but loopback needs {@code keys}
 * @param port 0 picks a free one
 * @param basePath before {@code /ENDPOINT/OPERATION}
 * @param sink where a result sink answers, see {@link io.heritage.schemas.SinkApi}
 * @param maxRunBytes largest body of {@code /run}
 * @param maxRunSyncBytes largest body of {@code /runsync}
 * @param maxJsonBytes largest body without its media strings
 * @param maxMediaBytes largest body of {@code /media}
 * @param keys who may call; without keys every caller on loopback may
 * @param allowedHosts names besides loopback by which the gateway may be called without keys
 * @param corsOrigins web pages that may call, such as {@code https://app.example}; {@code *} for
 *     all
 * @param readTimeout longest pause of a client within a request, and between two of a connection
 * @param shutdownGrace how long requests may go on after {@code close}
 * @param sinkSecret that a sink asks for, see {@link io.heritage.http.InternalSecret}; empty for a
 *     sink on this machine
 * @param limits what clients may take at a time
 * @param mediaUrls what is fetched for clients
 * @param rates of the requests of a key
 * @param unknownFields what is done about fields of an input that mean nothing
 * @param tls certificate to show
 * @param jobIdSuffix how ids of jobs end, behind a hyphen; empty: without
 * @param uploadSecret with which {@code s3Config} is sealed for processors; empty: it is not used
 * @param http2 whether clients may speak HTTP/2
 */
public record GatewayConfig(
        String host,
        int port,
        String basePath,
        URI sink,
        long maxRunBytes,
        long maxRunSyncBytes,
        int maxJsonBytes,
        long maxMediaBytes,
        List<ApiKey> keys,
        Set<String> allowedHosts,
        Set<String> corsOrigins,
        Duration readTimeout,
        Duration shutdownGrace,
        String sinkSecret,
        GatewayLimits limits,
        MediaUrls mediaUrls,
        RequestRates rates,
        UnknownFields unknownFields,
        GatewayTls tls,
        String jobIdSuffix,
        String uploadSecret,
        boolean http2) {

    private static final long GIB = 1L << 30;

    public GatewayConfig {
        keys = List.copyOf(keys);
        allowedHosts = Set.copyOf(allowedHosts);
        corsOrigins = Set.copyOf(corsOrigins);
        var problems = new ArrayList<String>();
        if (port < 0 || port > 65_535) {
            problems.add("port: expected 0 to 65535, found " + port);
        }
        if (!basePath.matches("(/[A-Za-z0-9._~-]+)*")) {
            problems.add("base-path: expected a path such as /v2, found '" + basePath + "'");
        }
        if (!"http".equals(sink.getScheme()) || sink.getHost() == null) {
            problems.add("sink: expected http://HOST:PORT, found '" + sink + "'");
        }
        if (maxRunBytes < 1 || maxRunSyncBytes < 1 || maxJsonBytes < 1 || maxMediaBytes < 1) {
            problems.add(
                    "max-run-bytes, max-run-sync-bytes, max-json-bytes and max-media-bytes are at least 1");
        }
        if (!readTimeout.isPositive() || shutdownGrace.isNegative()) {
            problems.add("read-timeout: expected more than 0; shutdown-grace: expected 0 or more");
        }
        if (!JobId.isSuffix(jobIdSuffix)) {
            problems.add(
                    "job-id-suffix: expected up to 8 of a-z and 0-9, found '" + jobIdSuffix + "'");
        }
        if (!UploadSecret.isUsable(uploadSecret)) {
            problems.add(
                    "upload-secret: expected at least %d characters"
                            .formatted(UploadSecret.SHORTEST));
        }
        var names = new HashSet<String>();
        var hashes = new HashSet<String>();
        for (ApiKey key : keys) {
            if (!names.add(key.name())) {
                problems.add("keys: the name '" + key.name() + "' is used twice");
            }
            if (!hashes.add(key.sha256())) {
                problems.add("keys: '" + key.name() + "' has the sha256 of another name");
            }
        }
        if (keys.isEmpty() && !HostNames.isLoopback(host)) {
            problems.add(
                    "host: %s can be reached from outside, so it needs a key: make one with 'heritage keys new NAME', or bind to 127.0.0.1"
                            .formatted(host));
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    public static GatewayConfig defaults() {
        return new GatewayConfig(
                "127.0.0.1",
                8000,
                "/v2",
                URI.create("http://127.0.0.1:8001"),
                4 * GIB,
                4 * GIB,
                20 << 20,
                64 * GIB,
                List.of(),
                Set.of(),
                Set.of(),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                "",
                GatewayLimits.defaults(),
                MediaUrls.defaults(),
                RequestRates.defaults(),
                UnknownFields.WARN,
                GatewayTls.defaults(),
                JobId.DEFAULT_SUFFIX,
                "",
                false);
    }

    public GatewayConfig withKeys(List<ApiKey> newKeys) {
        return new GatewayConfig(
                host,
                port,
                basePath,
                sink,
                maxRunBytes,
                maxRunSyncBytes,
                maxJsonBytes,
                maxMediaBytes,
                newKeys,
                allowedHosts,
                corsOrigins,
                readTimeout,
                shutdownGrace,
                sinkSecret,
                limits,
                mediaUrls,
                rates,
                unknownFields,
                tls,
                jobIdSuffix,
                uploadSecret,
                http2);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "GatewayConfig[%s:%d%s, sink %s, keys %s, limits %s]"
                .formatted(host, port, basePath, sink, keys, limits);
    }
}
