package io.heritage.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.http.AdminServer;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.gpu.CudaFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** No Docker engine here: the compose file is held against everything it refers to. */
class ComposeFileTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path CONFIG = ROOT.resolve("deploy/heritage.yaml");

    private static final Map<String, String> SECRET =
            Map.of("HERITAGE_SINK_SECRET", "random", "HERITAGE_GATEWAY_SINK_SECRET", "random");

    private final Map<String, Object> compose = parse(ROOT.resolve("docker-compose.yml"));
    private final Map<String, Object> services = section(compose, "services");

    @TempDir Path folder;

    @Test
    void theThreePartsRunAsCommandsOfTheLauncher() {
        Set<String> commands =
                HeritageCommand.line(Terminal.none(), Map.of()).getSubcommands().keySet();

        assertThat(services.keySet())
                .containsExactlyInAnyOrder("kafka", "gateway", "sink", "processor");
        for (String part : List.of("gateway", "sink", "processor")) {
            List<?> command = list(section(services, part), "command");
            assertThat(commands).contains(part);
            assertThat(command.toArray())
                    .containsExactly(part, "--config", "/etc/heritage/heritage.yaml");
            assertThat(list(section(services, part), "volumes"))
                    .as("the configuration is mounted where the command looks for it")
                    .anyMatch("./deploy/heritage.yaml:/etc/heritage/heritage.yaml:ro"::equals);
        }
    }

    @Test
    void theBrokersVariablesAreSettingsThatKafkaKnows() {
        Set<String> known = AbstractKafkaConfig.CONFIG_DEF.names();
        Map<String, Object> variables = section(section(services, "kafka"), "environment");

        assertThat(variables.keySet())
                .isNotEmpty()
                .allMatch(name -> known.contains(settingOf(name)), "is a broker setting");
        assertThat((String) section(services, "kafka").get("image"))
                .as("the broker is of the version the clients are tested with")
                .isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
    }

    @Test
    void everyNamedVolumeIsDeclared() {
        Set<String> declared = section(compose, "volumes").keySet();
        for (String name : services.keySet()) {
            for (Object mount : list(section(services, name), "volumes")) {
                String source = mount.toString().split(":")[0];
                if (mount.equals("/tmp")) {
                    continue; // a volume of its own
                }
                if (source.startsWith("./")) {
                    assertThat(source).isIn("./deploy/heritage.yaml", "./ckpts");
                } else {
                    assertThat(declared).contains(source);
                }
            }
        }
    }

    @Test
    void thePartsWriteOnlyTemporaryFilesAndTheStateOfTheSink() {
        for (String part : List.of("gateway", "sink", "processor")) {
            Map<String, Object> service = section(services, part);
            assertThat(service.get("read_only")).as(part).isEqualTo(true);
            List<String> written =
                    Stream.concat(
                                    list(service, "volumes").stream(),
                                    ((List<?>) service.getOrDefault("tmpfs", List.of())).stream())
                            .map(Object::toString)
                            .filter(mount -> !mount.endsWith(":ro"))
                            .toList();
            assertThat(written)
                    .as(part)
                    .containsExactlyElementsOf(
                            switch (part) {
                                case "gateway" -> List.of("/tmp:exec,mode=1777");
                                case "sink" -> List.of("sink-state:/var/lib/heritage/sink", "/tmp");
                                default -> List.of("/tmp");
                            });
        }
    }

    @Test
    void theMountedConfigurationLoadsAndPointsAtTheServices() throws Exception {
        HeritageConfig config = HeritageConfig.load(Optional.of(withKey()), SECRET, List.of());

        assertThat(config.gateway().sinkSecret()).isEqualTo(config.sink().secret());
        assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka:9092");
        assertThat(config.gateway().sink().getHost()).isEqualTo("sink");
        assertThat(config.gateway().sink().getPort()).isEqualTo(config.sink().port());
        assertThat(list(section(services, "gateway"), "ports"))
                .anyMatch(
                        ("%1$d:%1$d".formatted(config.gateway().port()))::equals,
                        "publishes the gateway's port");
    }

    @Test
    void allServicesHaveTheSecretOfGatewayAndSink() {
        for (String part : List.of("gateway", "sink", "processor")) {
            assertThat(section(section(services, part), "environment").keySet())
                    .containsAll(SECRET.keySet());
        }
        assertThat(section(section(services, "sink"), "environment").keySet())
                .as("no other secret where it is not needed")
                .isEqualTo(SECRET.keySet());
    }

    @Test
    void gatewayAndProcessorShareTheSecretOfUploadsAndTheProcessorHasTheBucket() throws Exception {
        Map<String, String> set =
                Map.of(
                        "HERITAGE_UPLOAD_SECRET", "a long random text",
                        "HERITAGE_UPLOADS_ENDPOINT_URL", "https://minio.example:9000",
                        "HERITAGE_UPLOADS_BUCKET", "films",
                        "HERITAGE_UPLOADS_ACCESS_ID", "id",
                        "HERITAGE_UPLOADS_ACCESS_SECRET", "the secret");
        HeritageConfig gateway = interpolated("gateway", set);
        HeritageConfig processor = interpolated("processor", set);
        assertThat(gateway.gateway().uploadSecret()).isEqualTo("a long random text");
        assertThat(processor.processor().uploads().secret()).isEqualTo("a long random text");
        assertThat(processor.processor().uploads().installed()).isPresent();
        assertThat(interpolated("gateway", Map.of()).gateway().uploadSecret()).isEmpty();
        assertThat(interpolated("processor", Map.of()).processor().uploads().installed()).isEmpty();
    }

    /** With the variables as compose puts them in: {@code ${NAME:-}} is empty unless set. */
    private HeritageConfig interpolated(String part, Map<String, String> set) throws Exception {
        Map<String, String> environment = new HashMap<>();
        section(section(services, part), "environment")
                .forEach((name, value) -> {
                    String variable = value.toString().replaceAll("^\\$\\{(\\w+):.*$", "$1");
                    environment.put(name, set.getOrDefault(variable, ""));
                });
        environment.putAll(SECRET);
        return HeritageConfig.load(Optional.of(withKey()), environment, List.of());
    }

    @Test
    void withoutAKeyTheGatewayIsRefused() {
        assertThatThrownBy(() -> HeritageConfig.load(Optional.of(CONFIG), SECRET, List.of()))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("keys new");
    }

    @Test
    void theGpuFileGivesTheProcessorItsGpuAndChangesNothingElse() throws Exception {
        Map<String, Object> gpu = parse(ROOT.resolve("docker-compose.gpu.yml"));
        assertThat(gpu.keySet()).containsExactly("services");
        assertThat(section(gpu, "services").keySet()).containsExactly("processor");
        Map<String, Object> processor = section(section(gpu, "services"), "processor");

        Map<String, Object> devices =
                section(section(section(processor, "deploy"), "resources"), "reservations");
        assertThat(list(devices, "devices"))
                .isEqualTo(
                        List.of(
                                Map.of(
                                        "driver",
                                        "nvidia",
                                        "count",
                                        1,
                                        "capabilities",
                                        List.of("gpu"))));
        assertThat(section(processor, "build").get("dockerfile")).isEqualTo("Dockerfile.gpu");
        assertThat(processor.get("image"))
                .isNotEqualTo(section(services, "processor").get("image"));

        Map<String, String> environment = new HashMap<>(SECRET);
        environment.put(
                "HERITAGE_PROCESSOR_DEVICE",
                (String)
                        requireNonNull(
                                section(processor, "environment")
                                        .get("HERITAGE_PROCESSOR_DEVICE")));
        assertThat(
                        HeritageConfig.load(Optional.of(withKey()), environment, List.of())
                                .processor()
                                .device())
                .isEqualTo("cuda");
    }

    @Test
    void theGpuImageGetsItsLibrariesFromTheInstaller() throws Exception {
        List<String> lines = Files.readAllLines(ROOT.resolve("Dockerfile.gpu"));
        assertThat(lines)
                .filteredOn(line -> line.startsWith("RUN ./heritage"))
                .containsExactly("RUN ./heritage gpu install --into /opt/cuda");
        assertThat(lines)
                .noneMatch(line -> line.contains("pip install") || line.contains("libtorch-"));
        String environment =
                lines.stream()
                        .filter(line -> line.startsWith("ENV HERITAGE_CUDA"))
                        .findFirst()
                        .orElseThrow();
        assertThat(environment).contains("HERITAGE_CUDA=/opt/cuda", "compute");
        assertThat(lines)
                .as("both images are built alike up to the libraries")
                .containsAll(
                        Files.readAllLines(ROOT.resolve("Dockerfile")).stream()
                                .filter(line -> !line.startsWith("#"))
                                .toList());
        assertThat(CudaFolder.usual(Map.of("HERITAGE_CUDA", "/opt/cuda")).path())
                .isEqualTo(Path.of("/opt/cuda"));
    }

    @Test
    void imagesRunAsAnotherUserFromFilesThatTheScriptsLayOut() throws Exception {
        for (String file : List.of("Dockerfile", "Dockerfile.gpu")) {
            List<String> lines = Files.readAllLines(ROOT.resolve(file));
            assertThat(lines)
                    .contains(
                            "RUN deploy/image /opt/heritage",
                            "COPY --from=build /opt/heritage /opt/heritage",
                            "USER 10001:10001",
                            "ENTRYPOINT [\"/opt/heritage/heritage\"]")
                    .anyMatch(line -> line.startsWith("HEALTHCHECK ") && line.contains("/healthy"))
                    .noneMatch(line -> line.startsWith("ADD "));
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("FROM "))
                    .allMatch(line -> line.matches("FROM (build|[a-z-]+:[\\w.-]+)( AS \\w+)?"));
        }
        for (String script : List.of("deploy/image", "deploy/healthy", "heritage")) {
            assertThat(ROOT.resolve(script)).isExecutable();
        }
    }

    @Test
    void theObservabilityFileOpensTheAdminPortsThatPrometheusAsksFor() throws Exception {
        Map<String, Object> overlay = overlay("observability");
        for (String part : List.of("gateway", "sink", "processor")) {
            HeritageConfig config = configured(section(overlay, part));
            assertThat(config.admin().host()).isEqualTo("0.0.0.0");
            assertThat(Files.readString(ROOT.resolve("deploy/prometheus/prometheus.yaml")))
                    .contains("port: " + config.admin().port(), AdminServer.METRICS);
        }
        assertMountsExist(overlay);
    }

    @Test
    void theClusterFileHasThreeBrokersWithOneSettingAndAReplicaOnEach() throws Exception {
        Map<String, Object> overlay = overlay("cluster");
        Set<String> known = AbstractKafkaConfig.CONFIG_DEF.names();
        for (String broker : List.of("kafka", "kafka-2", "kafka-3")) {
            Map<String, Object> settings = section(section(overlay, broker), "environment");
            assertThat(settings.keySet()).allMatch(name -> known.contains(settingOf(name)));
            assertThat((String) settings.get("KAFKA_CONTROLLER_QUORUM_VOTERS"))
                    .contains(settings.get("KAFKA_NODE_ID") + "@" + broker + ":9093");
        }
        for (String part : List.of("gateway", "sink", "processor")) {
            HeritageConfig config = configured(section(overlay, part));
            assertThat(config.kafka().bootstrapServers().split(",")).hasSize(3);
            assertThat(config.kafka().replication()).isEqualTo(3);
        }
    }

    private Map<String, Object> overlay(String name) {
        return section(parse(ROOT.resolve("docker-compose." + name + ".yml")), "services");
    }

    /** With what compose would put in for the secrets. */
    private HeritageConfig configured(Map<String, Object> part) throws Exception {
        Map<String, String> environment = new HashMap<>();
        section(part, "environment")
                .forEach((key, value) -> environment.put(key, value.toString()));
        environment.putAll(SECRET);
        return HeritageConfig.load(Optional.of(withKey()), environment, List.of());
    }

    private static void assertMountsExist(Map<String, Object> overlay) {
        for (String service : List.of("prometheus", "grafana")) {
            assertThat(list(section(overlay, service), "volumes"))
                    .map(mount -> mount.toString().split(":")[0])
                    .filteredOn(source -> source.startsWith("./"))
                    .isNotEmpty()
                    .allMatch(source -> Files.isDirectory(ROOT.resolve(source)));
        }
    }

    @Test
    void withoutASecretTheSinkIsRefused() {
        assertThatThrownBy(() -> HeritageConfig.load(Optional.of(withKey()), Map.of(), List.of()))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("sink.secret");
    }

    private Path withKey() throws IOException {
        String yaml = Files.readString(CONFIG);
        String sha256 = "0".repeat(64);
        return Files.writeString(
                folder.resolve("heritage.yaml"),
                yaml.replace("keys: []", "keys: [{name: test, sha256: " + sha256 + "}]"));
    }

    /** As the image of apache/kafka translates them. */
    private static String settingOf(String variable) {
        return variable.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }

    private static Map<String, Object> parse(Path file) {
        try {
            return new Yaml().load(Files.readString(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> section(Map<String, Object> parent, String key) {
        return (Map<String, Object>) requireNonNull(parent.get(key), key);
    }

    private static List<?> list(Map<String, Object> parent, String key) {
        return (List<?>) requireNonNull(parent.get(key), key);
    }
}
