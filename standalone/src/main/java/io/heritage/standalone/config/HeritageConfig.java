package io.heritage.standalone.config;

import io.heritage.gateway.GatewayConfig;
import io.heritage.http.AdminConfig;
import io.heritage.observe.trace.TracingConfig;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.NearestName;
import io.heritage.sink.config.SinkConfig;
import io.heritage.standalone.logging.LogConfig;
import io.heritage.transport.bucket.BucketConfig;
import io.heritage.transport.kafka.KafkaConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole configuration. A process reads the sections of the services it runs.
 *
 * @param data folder of the embedded broker, of folded state and of logs; only {@code up} writes it
 * @param durable whether the embedded broker flushes to the disk before it acknowledges; only
 *     {@code up}
 * @param endpoints by their id in the URL
 * @param log format of log lines
 * @param admin probes and metrics of each process
 * @param mediaBucket bucket of large media; the same in all processes
 * @param tracing destination of each process's spans
 */
public record HeritageConfig(
        Path data,
        boolean durable,
        Map<EndpointId, EndpointConfig> endpoints,
        LogConfig log,
        AdminConfig admin,
        TracingConfig tracing,
        KafkaConfig kafka,
        BucketConfig mediaBucket,
        GatewayConfig gateway,
        ProcessorConfig processor,
        SinkConfig sink) {

    public HeritageConfig {
        endpoints = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(endpoints));
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("endpoints: expected at least one");
        }
        for (EndpointConfig endpoint : endpoints.values()) { // of those that are here
            if (endpoint.kind() != EndpointKind.RESTORE
                    && kafka.modelLanes().contains(endpoint.id())) {
                throw new IllegalArgumentException(
                        "kafka.model-lanes: expected endpoints of kind restore, whose requests name models; found "
                                + endpoint.id());
            }
        }
    }

    public static HeritageConfig defaults() {
        return new HeritageConfig(
                Path.of("data"),
                false,
                defaultEndpoints(),
                LogConfig.defaults(),
                AdminConfig.defaults(),
                TracingConfig.defaults(),
                KafkaConfig.defaults(),
                BucketConfig.defaults(),
                GatewayConfig.defaults(),
                ProcessorConfig.defaults(),
                SinkConfig.defaults());
    }

    /**
     * Reads file and environment over the defaults, and flags over both.
     *
     * @param flags by key, such as {@code gateway.port}
     */
    public static HeritageConfig load(
            Optional<Path> file, Map<String, String> environment, List<Flag> flags)
            throws InvalidConfiguration {
        return load(defaults(), file, environment, flags);
    }

    /**
     * As {@link #load(Optional, Map, List)}, with the defaults of one machine. It has all
     * endpoints, so settings may name no others, and its only worker cannot be a canary.
     */
    public static HeritageConfig loadForUp(
            Optional<Path> file, Map<String, String> environment, List<Flag> flags)
            throws InvalidConfiguration {
        HeritageConfig config = load(defaultsOfUp(), file, environment, flags);
        if (config.kafka.canary().worker()) {
            throw InvalidConfiguration.of(
                    "kafka.canary.worker",
                    "expected false for heritage up, whose only worker serves all jobs; set it at a heritage processor");
        }
        for (EndpointId named : config.kafka.modelLanes()) {
            if (!config.endpoints.containsKey(named)) {
                throw InvalidConfiguration.of(
                        "kafka.model-lanes",
                        "expected ids of endpoints, found %s%s"
                                .formatted(
                                        named,
                                        NearestName.hint(
                                                named.value(),
                                                config.endpoints.keySet().stream()
                                                        .map(EndpointId::value)
                                                        .toList())));
            }
        }
        return config;
    }

    /** Fewer partitions and less disk than a cluster has; the sink takes any free port. */
    static HeritageConfig defaultsOfUp() {
        return defaults()
                .with("kafka.media-partitions", "5")
                .with("kafka.media-retention-bytes", "20GiB")
                .with("kafka.replication", "1")
                .with("sink.port", "0");
    }

    private static HeritageConfig load(
            HeritageConfig defaults,
            Optional<Path> file,
            Map<String, String> environment,
            List<Flag> flags)
            throws InvalidConfiguration {
        var problems = new Problems();
        Setting.Section settings =
                file.flatMap(path -> SettingsFile.read(path, problems))
                        .orElseGet(() -> Setting.Section.empty(""));
        settings =
                settings.overlaid(
                        new EnvironmentSettings(HeritageConfig.class).read(environment, problems));
        for (Flag flag : flags) {
            settings =
                    settings.with(
                            List.of(flag.key().split("\\.")),
                            new Setting.Scalar(flag.value(), flag.name()));
        }
        Optional<HeritageConfig> config =
                new RecordBinder(problems, NEW_ENTRY)
                        .bind(HeritageConfig.class, defaults, settings, "");
        problems.throwIfAny();
        return config.orElseThrow();
    }

    /**
     * This configuration with one setting changed.
     *
     * @throws IllegalArgumentException if the value is refused
     */
    public HeritageConfig with(String key, String value) {
        var problems = new Problems();
        Setting.Section setting =
                Setting.Section.empty("")
                        .with(List.of(key.split("\\.")), new Setting.Scalar(value, key));
        try {
            Optional<HeritageConfig> changed =
                    new RecordBinder(problems, NEW_ENTRY)
                            .bind(HeritageConfig.class, this, setting, "");
            problems.throwIfAny();
            return changed.orElseThrow();
        } catch (InvalidConfiguration refused) {
            throw new IllegalArgumentException(refused);
        }
    }

    /**
     * A value of the command line.
     *
     * @param name as the user typed it, {@code --port}
     * @param key that it sets, {@code gateway.port}
     */
    public record Flag(String name, String key, String value) {}

    /** Read first, because a new endpoint has the defaults of its kind. */
    private static final RecordBinder.NewEntry NEW_ENTRY =
            new RecordBinder.NewEntry() {
                @Override
                public Optional<Record> defaults(
                        Class<?> type, Object key, Setting.Section settings) {
                    return type == EndpointConfig.class && key instanceof EndpointId id
                            ? kindIn(id, settings).map(kind -> EndpointConfig.defaults(id, kind))
                            : Optional.empty();
                }

                @Override
                public Optional<String> requiredKey(Class<?> type) {
                    return type == EndpointConfig.class ? Optional.of("kind") : Optional.empty();
                }
            };

    /** Empty for a default endpoint that names no kind. */
    private static Optional<EndpointKind> kindIn(EndpointId id, Setting.Section settings) {
        if (settings.entries().get("kind") instanceof Setting.Scalar(String text, String _)) {
            for (EndpointKind kind : EndpointKind.values()) {
                if (kind.wireName().equalsIgnoreCase(text)) {
                    return Optional.of(kind);
                }
            }
        }
        return defaultEndpoints().containsKey(id)
                ? Optional.empty()
                : Optional.of(EndpointKind.INTERPOLATE);
    }

    private static Map<EndpointId, EndpointConfig> defaultEndpoints() {
        Map<EndpointId, EndpointConfig> endpoints = new LinkedHashMap<>();
        for (EndpointKind kind : EndpointKind.values()) {
            var id = new EndpointId(kind.wireName());
            endpoints.put(id, EndpointConfig.defaults(id, kind));
        }
        return endpoints;
    }
}
