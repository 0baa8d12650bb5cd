package io.heritage.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.gateway.GatewayConfig;
import io.heritage.http.AdminConfig;
import io.heritage.observe.trace.TracingConfig;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.config.WanConfig;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.sink.config.SinkConfig;
import io.heritage.standalone.logging.LogConfig;
import io.heritage.transport.kafka.KafkaConfig;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each config record: nothing set gives its defaults, and every key reaches its component. */
class ConfigRecordsTest {
    private static final EndpointId QUICK = new EndpointId("quick");
    private static HeritageConfig changed = HeritageConfig.defaults();

    @BeforeAll
    static void readEveryKey() throws InvalidConfiguration, URISyntaxException {
        Path file =
                Path.of(
                        Objects.requireNonNull(
                                        ConfigRecordsTest.class.getResource("every-key.yaml"))
                                .toURI());
        changed = HeritageConfig.load(Optional.of(file), Map.of(), List.of());
    }

    /** Name, defaults, and the record with every key set to something else. */
    record Case(String name, Record defaults, Record unset, Record everyKeySet) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> records() throws InvalidConfiguration {
        HeritageConfig unset = HeritageConfig.load(Optional.empty(), Map.of(), List.of());
        return Stream.of(
                new Case("log", LogConfig.defaults(), unset.log(), changed.log()),
                new Case("admin", AdminConfig.defaults(), unset.admin(), changed.admin()),
                new Case("tracing", TracingConfig.defaults(), unset.tracing(), changed.tracing()),
                new Case("kafka", KafkaConfig.defaults(), unset.kafka(), changed.kafka()),
                new Case("gateway", GatewayConfig.defaults(), unset.gateway(), changed.gateway()),
                new Case(
                        "processor",
                        ProcessorConfig.defaults(),
                        unset.processor(),
                        changed.processor()),
                new Case(
                        "wan",
                        WanConfig.defaults(),
                        unset.processor().wan(),
                        changed.processor().wan()),
                new Case(
                        "wan files",
                        WanConfig.defaults().files(),
                        unset.processor().wan().files(),
                        changed.processor().wan().files()),
                new Case("sink", SinkConfig.defaults(), unset.sink(), changed.sink()),
                new Case(
                        "endpoint",
                        EndpointConfig.defaults(new EndpointId("restore"), EndpointKind.RESTORE),
                        unset.endpoints().getOrDefault(new EndpointId("restore"), none()),
                        changed.endpoints().getOrDefault(QUICK, none())));
    }

    private static EndpointConfig none() {
        return EndpointConfig.defaults(new EndpointId("none"), EndpointKind.RESTORE);
    }

    @ParameterizedTest
    @MethodSource("records")
    void nothingSetGivesTheDefaults(Case of) {
        assertThat(of.unset()).isEqualTo(of.defaults());
    }

    @ParameterizedTest
    @MethodSource("records")
    void everyKeyCanBeSetToSomethingElse(Case of) {
        assertThat(components(of.everyKeySet()))
                .allSatisfy((key, value) ->
                        assertThat(value).isNotEqualTo(components(of.defaults()).get(key)));
    }

    @Test
    void whatIsSetIsWhatIsPrinted() {
        assertThat(EffectiveConfig.yaml(changed))
                .contains("  sync-result-retention: 5m", "  upload-buffer-bytes: 48MiB")
                .contains("  webhook-pauses: [1s,2s,3s]", "  rife-precision: fp16")
                .contains("      tokenizer: spiece.model", "    solver: dpmpp-sde-wrapper")
                .contains("  sink: http://sink:8001", "  state-dir: other-state");
    }

    private static Map<String, @Nullable Object> components(Record config) {
        Map<String, @Nullable Object> components = new LinkedHashMap<>();
        for (ValueKind.Field field : new ValueKind.Tree(config.getClass()).fields()) {
            components.put(field.key(), field.of(config));
        }
        return components;
    }
}
