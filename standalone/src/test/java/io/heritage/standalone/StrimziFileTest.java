package io.heritage.standalone;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * No Strimzi here: its cluster file is held against Kafka, the compose file and the chart's page.
 */
class StrimziFileTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** Strimzi sets these itself and refuses them. */
    private static final List<String> OF_THE_OPERATOR =
            List.of(
                    "advertised.",
                    "authorizer.",
                    "broker.id",
                    "controller.listener",
                    "inter.broker.",
                    "listener",
                    "log.dir",
                    "metadata.log.dir",
                    "node.id",
                    "process.roles",
                    "sasl.",
                    "ssl.",
                    "super.users");

    private final Map<String, Map<String, Object>> documents = documents();
    private final Map<String, Object> pool = named("KafkaNodePool");
    private final Map<String, Object> kafka = section(section(named("Kafka"), "spec"), "kafka");
    private final Map<String, Object> config = section(kafka, "config");

    private static Map<String, Map<String, Object>> documents() {
        try {
            var found = new HashMap<String, Map<String, Object>>();
            for (Object document :
                    new Yaml()
                            .loadAll(Files.readString(ROOT.resolve("deploy/strimzi/kafka.yaml")))) {
                Map<String, Object> map = map(document);
                assertThat(map.keySet())
                        .containsExactlyInAnyOrder("apiVersion", "kind", "metadata", "spec");
                assertThat(found.put((String) requireNonNull(map.get("kind")), map)).isNull();
            }
            return found;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Map<String, Object> named(String kind) {
        return requireNonNull(documents.get(kind), kind);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static Map<String, Object> section(Map<String, Object> parent, String key) {
        return map(requireNonNull(parent.get(key), key));
    }

    private static List<?> list(Map<String, Object> parent, String key) {
        return (List<?>) requireNonNull(parent.get(key), key);
    }

    @Test
    void thePoolIsOneOfTheClusterAndBothAreOfTheOnlyVersionOfStrimzi() {
        assertThat(documents.keySet()).containsExactlyInAnyOrder("KafkaNodePool", "Kafka");
        assertThat(documents.values())
                .extracting(document -> document.get("apiVersion"))
                .containsOnly("kafka.strimzi.io/v1");
        assertThat(section(section(pool, "metadata"), "labels").get("strimzi.io/cluster"))
                .isEqualTo(section(named("Kafka"), "metadata").get("name"));
        assertThat(section(named("Kafka"), "spec").keySet())
                .containsExactlyInAnyOrder("kafka", "entityOperator");
        assertThat(kafka.keySet())
                .containsExactlyInAnyOrder(
                        "version", "metadataVersion", "listeners", "rack", "config");
    }

    @Test
    void theBrokersAreOfTheVersionThatTheClientsAreTestedWith() {
        String version = AppInfoParser.getVersion();

        assertThat(kafka.get("version")).isEqualTo(version);
        assertThat((String) kafka.get("metadataVersion"))
                .matches(version.replaceAll("^(\\d+[.]\\d+).*", "$1") + "-IV\\d+");
    }

    @Test
    void aBrokerMayBeLost() {
        Map<String, Object> spec = section(pool, "spec");
        int brokers = (Integer) requireNonNull(spec.get("replicas"));

        assertThat(list(spec, "roles").toArray()).containsExactly("controller", "broker");
        assertThat(brokers).isGreaterThanOrEqualTo(3);
        config.forEach((name, value) -> {
            if (name.endsWith("replication.factor")) {
                assertThat((Integer) value).as(name).isEqualTo(3);
            }
            if (name.endsWith("min.isr") || name.equals("min.insync.replicas")) {
                assertThat((Integer) value).as(name).isEqualTo(2);
            }
        });
    }

    @Test
    void eachDiskIsNamedOnceAndKeptAndOneHasTheMetadata() {
        Map<String, Object> storage = section(section(pool, "spec"), "storage");
        Set<Object> ids = new HashSet<>();
        int metadata = 0;

        assertThat(storage.get("type")).isEqualTo("jbod");
        for (Object value : list(storage, "volumes")) {
            Map<String, Object> volume = map(value);
            assertThat(ids.add(requireNonNull(volume.get("id")))).isTrue();
            assertThat(volume.get("type")).isEqualTo("persistent-claim");
            assertThat((String) volume.get("size")).matches("\\d+(Gi|Ti)");
            assertThat(volume.get("deleteClaim")).isEqualTo(false);
            metadata += volume.containsKey("kraftMetadata") ? 1 : 0;
        }
        assertThat(metadata).isEqualTo(1);
    }

    @Test
    void theSettingsAreThoseOfKafkaAndAsInTheComposeFile() throws Exception {
        Set<String> known = AbstractKafkaConfig.CONFIG_DEF.names();

        assertThat(config.keySet())
                .isNotEmpty()
                .allMatch(known::contains, "is a broker setting")
                .noneMatch(
                        name -> OF_THE_OPERATOR.stream().anyMatch(name::startsWith),
                        "is the operator's");
        Map<String, Object> compose =
                map(new Yaml().load(Files.readString(ROOT.resolve("docker-compose.cluster.yml"))));
        Map<String, Object> cluster =
                section(section(section(compose, "services"), "kafka"), "environment");
        config.forEach((name, value) -> {
            Object there =
                    cluster.get(
                            "KAFKA_" + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_'));
            if (there != null) {
                assertThat(there).as(name).isEqualTo(value.toString());
            }
        });
    }

    @Test
    void thePageNamesTheListener() throws Exception {
        String name = (String) section(named("Kafka"), "metadata").get("name");
        Map<String, Object> listener = map(list(kafka, "listeners").getFirst());

        assertThat(listener.keySet()).containsExactlyInAnyOrder("name", "port", "type", "tls");
        assertThat(listener.get("type")).isEqualTo("internal");
        assertThat(Files.readString(ROOT.resolve("deploy/README.md")))
                .contains(
                        "kafka: {bootstrap: \"%s-kafka-bootstrap:%s\"}"
                                .formatted(name, listener.get("port")));
    }
}
