package io.heritage.standalone.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointConfig.Engine;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeritageConfigTest {
    private static final EndpointConfig NONE =
            EndpointConfig.defaults(new EndpointId("none"), EndpointKind.RESTORE);

    @TempDir Path folder;

    private HeritageConfig load(String yaml) throws InvalidConfiguration, IOException {
        return load("heritage.yaml", yaml, Map.of());
    }

    private HeritageConfig load(String name, String text, Map<String, String> environment)
            throws InvalidConfiguration, IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        return HeritageConfig.load(Optional.of(file), environment, List.of());
    }

    private String problemsOf(String yaml, Map<String, String> environment) throws IOException {
        try {
            load("heritage.yaml", yaml, environment);
        } catch (InvalidConfiguration bad) {
            return String.valueOf(bad.getMessage());
        }
        throw new AssertionError("expected to be refused:\n" + yaml);
    }

    @Test
    void nothingConfiguredIsTheDefaults() throws Exception {
        HeritageConfig config = HeritageConfig.load(Optional.empty(), Map.of(), List.of());

        assertThat(config).isEqualTo(HeritageConfig.defaults());
        assertThat(config.endpoints().keySet())
                .extracting(EndpointId::value)
                .containsExactly("restore", "interpolate");
    }

    @Test
    void onlyEndpointsWhoseRequestsNameModelsHaveLanesOfModels() throws Exception {
        assertThat(load("kafka: {model-lanes: [restore]}").kafka().modelLanes())
                .containsExactly(new EndpointId("restore"));
        assertThat(problemsOf("kafka: {model-lanes: [interpolate]}", Map.of()))
                .contains("kafka.model-lanes: expected endpoints of kind restore")
                .contains("found interpolate");
        assertThatThrownBy(() ->
                        HeritageConfig.loadForUp(
                                Optional.empty(),
                                Map.of("HERITAGE_KAFKA_MODEL_LANES", "restor"),
                                List.of()))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("kafka.model-lanes: expected ids of endpoints, found restor")
                .hasMessageContaining("'restore'");
    }

    @Test
    void upServesEveryJobSoItIsNoCanary() throws Exception {
        assertThat(load("kafka: {canary: {worker: true}}").kafka().canary().worker()).isTrue();
        assertThat(problemsOf("kafka: {canary: {percent: 101}}", Map.of()))
                .contains("kafka.canary: percent: expected 0 to 100, found 101");
        assertThatThrownBy(() ->
                        HeritageConfig.loadForUp(
                                Optional.empty(),
                                Map.of("HERITAGE_KAFKA_CANARY_WORKER", "true"),
                                List.of()))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("kafka.canary.worker: expected false");
    }

    @Test
    void aModelThatThereIsNotStopsTheStart() throws Exception {
        assertThat(problemsOf("processor: {residency: {pin: [seedvr2_7]}}", Map.of()))
                .contains("pin: no model 'seedvr2_7'; did you mean 'seedvr2_7b'?");
    }

    @Test
    void flagsWinOverEnvironmentAndEnvironmentOverFile() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("c.yaml"),
                        "gateway: {port: 1, host: 127.0.0.2, base-path: /v3}");

        HeritageConfig config =
                HeritageConfig.load(
                        Optional.of(file),
                        Map.of("HERITAGE_GATEWAY_PORT", "2", "HERITAGE_GATEWAY_HOST", "127.0.0.3"),
                        List.of(new HeritageConfig.Flag("--port", "gateway.port", "3")));

        assertThat(config.gateway().port()).isEqualTo(3);
        assertThat(config.gateway().host()).isEqualTo("127.0.0.3");
        assertThat(config.gateway().basePath()).isEqualTo("/v3");
    }

    @Test
    void jsonIsReadLikeYaml() throws Exception {
        HeritageConfig config =
                load("c.json", "{\n\t\"kafka\": {\"upload-timeout\": \"90s\"}\n}", Map.of());

        assertThat(config.kafka().uploadTimeout()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void timesAndSizesHaveUnits() throws Exception {
        HeritageConfig config =
                load(
                        """
                        kafka:
                          media-retention: 1h30m
                          upload-buffer-bytes: 48MiB
                        processor:
                          grace: PT1M
                        """);

        assertThat(config.kafka().mediaRetention()).isEqualTo(Duration.ofMinutes(90));
        assertThat(config.kafka().uploadBufferBytes()).isEqualTo(48L << 20);
        assertThat(config.processor().grace()).isEqualTo(Duration.ofMinutes(1));
        assertThat(problemsOf("processor: {grace: 90}", Map.of()))
                .contains("processor.grace: expected a time such as 500ms, 90s")
                .contains("found '90'");
    }

    @Test
    void endpointsAreChangedAddedAndTakenAway() throws Exception {
        HeritageConfig config =
                load(
                        """
                        endpoints:
                          interpolate:
                            engine: rife
                          quick:
                            kind: interpolate
                            ttl: 1h
                          restore: off
                        """);

        assertThat(config.endpoints().keySet())
                .extracting(EndpointId::value)
                .containsExactly("interpolate", "quick");
        var changed = config.endpoints().getOrDefault(new EndpointId("interpolate"), NONE);
        assertThat(changed.engine()).isEqualTo(Engine.RIFE);
        assertThat(changed.kind()).isEqualTo(EndpointKind.INTERPOLATE);
        var added = config.endpoints().getOrDefault(new EndpointId("quick"), NONE);
        assertThat(added.id().value()).isEqualTo("quick");
        assertThat(added.ttl()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aNewEndpointNeedsAKind() throws Exception {
        assertThat(problemsOf("endpoints:\n  quick:\n    ttl: 1h\n", Map.of()))
                .contains("heritage.yaml:2: endpoints.quick.kind: is missing")
                .hasLineCount(1);
    }

    @Test
    void problemsOfOneRecordOfTwoEndpointsAndOfTwoDuplicatesComeTogether() throws Exception {
        String problems =
                problemsOf(
                        """
                        gateway:
                          base-path: v2
                          sink: ftp://h
                          port: 70000
                        endpoints:
                          a: {ttl: 1h}
                          b: {ttl: soon}
                        data: x
                        data: y
                        processor: {grace: 1s, grace: 2s}
                        """,
                        Map.of());

        assertThat(problems.lines())
                .anyMatch(it -> it.contains("heritage.yaml:2: gateway: base-path: expected a path"))
                .anyMatch(it -> it.contains("heritage.yaml:3: gateway: sink: expected http://"))
                .anyMatch(it -> it.contains("heritage.yaml:4: gateway: port"))
                .anyMatch(it -> it.contains("endpoints.a.kind: is missing"))
                .anyMatch(it -> it.contains("endpoints.b.kind: is missing"))
                .anyMatch(it -> it.contains("endpoints.b.ttl: expected a time"))
                .anyMatch(it -> it.contains("heritage.yaml:9: duplicate key 'data', first at"))
                .anyMatch(it -> it.contains("duplicate key 'grace'"))
                .hasSize(8);
    }

    @Test
    void noTimeAtAllIsRefusedWhereItMakesNoSense() throws Exception {
        assertThat(problemsOf("kafka: {upload-timeout: 0s}", Map.of()))
                .contains("kafka.upload-timeout: expected more than 0, found '0s'");
        assertThat(problemsOf("endpoints: {restore: {ttl: 0h}}", Map.of()))
                .contains("endpoints.restore.ttl: expected more than 0");
        assertThat(load("processor: {grace: 0s}").processor().grace()).isZero();
    }

    @Test
    void aTildeIsTheHomeOfTheUser() throws Exception {
        assertThat(load("data: ~/heritage").data())
                .isEqualTo(Path.of(System.getProperty("user.home"), "heritage"));
    }

    @Test
    void oneKeyUnderTwoNamesIsRefused() throws Exception {
        String hash = "0123456789abcdef".repeat(4);
        assertThat(
                        problemsOf(
                                "gateway: {keys: [{name: a, sha256: %s}, {name: b, sha256: %s}]}"
                                        .formatted(hash, hash),
                                Map.of()))
                .contains("'b' has the sha256 of another name")
                .doesNotContain(hash);
    }

    @Test
    void theEnvironmentReachesUsersOwnKeys() throws Exception {
        HeritageConfig config =
                load(
                        "heritage.yaml",
                        "",
                        Map.of(
                                "HERITAGE_ENDPOINTS_MY_VIDEO_KIND", "interpolate",
                                "HERITAGE_ENDPOINTS_MY_VIDEO_EXECUTION_TIMEOUT", "5m",
                                "HERITAGE_KAFKA_PROPERTIES_SASL_MECHANISM", "PLAIN",
                                "HERITAGE_GATEWAY_ALLOWED_HOSTS", "a.example, b.example"));

        assertThat(config.endpoints().get(new EndpointId("my-video")))
                .extracting(endpoint -> endpoint.executionTimeout())
                .isEqualTo(Duration.ofMinutes(5));
        assertThat(config.kafka().properties()).containsEntry("sasl.mechanism", "PLAIN");
        assertThat(config.gateway().allowedHosts())
                .containsExactlyInAnyOrder("a.example", "b.example");
    }

    @Test
    void allProblemsComeTogetherWithTheirPlaces() throws Exception {
        String problems =
                problemsOf(
                        """
                        gateway:
                          prot: 8000
                          read-timeout: soon
                        processor:
                          threads: all
                          device: gpu
                        sinc: {}
                        """,
                        Map.of("HERITAGE_GATEWAY_PROT", "1", "HERITAGE_SINK_PORT", "many"));

        assertThat(problems.lines())
                .anyMatch(it ->
                        it.endsWith(
                                "heritage.yaml:2: gateway.prot: unknown key; did you mean 'port'?"))
                .anyMatch(
                        it -> it.contains("heritage.yaml:3: gateway.read-timeout: expected a time"))
                .anyMatch(it ->
                        it.contains("heritage.yaml:5: processor.threads: expected a whole number"))
                .anyMatch(it ->
                        it.contains("heritage.yaml:7: sinc: unknown key; did you mean 'sink'?"))
                .anyMatch(it ->
                        it.startsWith(
                                "HERITAGE_GATEWAY_PROT: unknown variable; did you mean HERITAGE_GATEWAY_PORT?"))
                .anyMatch(it ->
                        it.startsWith("HERITAGE_SINK_PORT: sink.port: expected a whole number"));
    }

    @Test
    void aRecordsOwnCheckIsReportedWithItsKey() throws Exception {
        assertThat(problemsOf("processor:\n  device: gpu\n", Map.of()))
                .contains("heritage.yaml:2: processor: device: expected auto, cpu, cuda or cuda:N")
                .contains("found 'gpu'");
    }

    @Test
    void beyondLoopbackAKeyIsNeededAndHowToMakeOneIsSaid() throws Exception {
        assertThat(problemsOf("gateway: {host: 0.0.0.0}", Map.of())).contains("heritage keys new");

        String hash = "0123456789abcdef".repeat(4);
        HeritageConfig config =
                load(
                        "gateway:\n  host: 0.0.0.0\n  keys:\n    - name: alice\n      sha256: "
                                + hash);
        assertThat(config.gateway().keys()).singleElement().extracting("name").isEqualTo("alice");
    }

    @Test
    void secretsAreNotEchoed() throws Exception {
        String problems =
                problemsOf(
                        "gateway:\n  keys:\n    - name: alice\n      sha256: [hush, hush]\n",
                        Map.of("HERITAGE_GATEWAY_PASSWORD", "hush"));
        assertThat(problems).contains("sha256").doesNotContain("hush");

        HeritageConfig config =
                load("kafka: {properties: {sasl.jaas.config: hush, client.rack: r1}}");
        assertThat(EffectiveConfig.yaml(config))
                .doesNotContain("hush")
                .contains("client.rack: r1")
                .contains("sasl.jaas.config: '(not shown)'");
    }

    @Test
    void aDuplicateKeyAndBrokenYamlAreRefusedWithTheirLine() throws Exception {
        assertThat(problemsOf("data: a\ndata: b\n", Map.of())).contains("heritage.yaml:2");
        assertThat(problemsOf("gateway:\n  port: [1\n", Map.of())).contains("heritage.yaml:");
        assertThat(problemsOf("- a\n", Map.of())).contains("expected keys with values");
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatThrownBy(() ->
                        HeritageConfig.load(
                                Optional.of(folder.resolve("none.yaml")), Map.of(), List.of()))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("none.yaml: not found");
    }

    @Test
    void whatIsPrintedCanBeReadBack() throws Exception {
        HeritageConfig config =
                load(
                        "endpoints: {quick: {kind: interpolate}}\nkafka: {properties: {client.rack: r1}}");

        assertThat(load("again.yaml", EffectiveConfig.yaml(config), Map.of())).isEqualTo(config);
    }
}
