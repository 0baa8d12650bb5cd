package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.broker.EmbeddedBrokerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that asks for passwords over TLS and refuses what {@code deploy/kafka-acls.sh} does not
 * allow.
 */
class KafkaAclsTest {
    private static final Pattern ALLOW =
            Pattern.compile("allow \"\\$(\\w+)\" (\\w+) (\\w+) (\\S+) (.+)");
    private static final String PASSWORD = "p4rt-s3cret";
    private static final String PLAIN =
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"%s\""
                    + " password=\"%s\"";
    private static final String STORE_PASSWORD = "st0re-s3cret";

    /** What is needed only where owners share lanes. */
    private static final String OF_SHARED_LANES = "User:heritage-sink GROUP heritage.jobs. READ";

    @TempDir Path dir;
    private final OpenServices open = new OpenServices();

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void eachPartRunsWithTheLeastThatIsDocumented() throws Exception {
        makeKeys();
        EmbeddedBroker broker =
                open.add(
                        EmbeddedBroker.start(
                                new EmbeddedBrokerConfig(dir.resolve("broker"), 0, authorizer())));
        Admin admin = open.add(Admin.create(properties(broker, "admin")));
        List<AclBinding> all = documented();
        List<AclBinding> groupsOfTheGateway =
                all.stream()
                        .filter(acl -> acl.entry().principal().endsWith("gateway"))
                        .filter(acl -> acl.pattern().resourceType() == ResourceType.GROUP)
                        .toList();
        var withoutThem = new ArrayList<>(all);
        withoutThem.removeAll(groupsOfTheGateway);

        create(admin, withoutThem);
        assertThatThrownBy(() -> gateway(broker, "http://127.0.0.1:1"))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("cannot read or set the settings of the share groups")
                .hasMessageContaining("uthoriz");

        create(admin, groupsOfTheGateway);
        SinkService sink = open.add(SinkService.start(config(broker, "sink", ""), _ -> {}));
        GatewayService gateway = gateway(broker, "http://127.0.0.1:" + sink.port());
        ProcessorService processor =
                open.add(ProcessorService.start(config(broker, "processor", ""), _ -> {}));
        assertThat(processor.awaitReady(Duration.ofMinutes(5))).isTrue();

        try (var client = new Requests(gateway.port())) {
            String job =
                    client.post(
                                    "interpolate/run",
                                    Requests.interpolation(
                                            Requests.picture(64, 64, 0.4),
                                            Requests.picture(64, 64, 0.6),
                                            17))
                            .id();
            Requests.Reply done = client.await("interpolate", job);
            assertThat(done.state()).as(done.error()).isEqualTo("COMPLETED");
            assertAllowed(client.get("interpolate/health"));
            assertAllowed(client.post("interpolate/purge-queue", ""));
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() ->
                            assertThat(AskedAuthorizer.unasked(all))
                                    .as("allowed, and of no use")
                                    .isSubsetOf(OF_SHARED_LANES));
        }
    }

    /** What is refused for good is so after minutes of asking, too: see {@link Requests}. */
    private static void assertAllowed(Requests.Reply reply) {
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(200);
    }

    private GatewayService gateway(EmbeddedBroker broker, String sink)
            throws CannotStart, InvalidConfiguration, InterruptedException, IOException {
        return open.add(
                GatewayService.start(config(broker, "gateway", "  sink: " + sink), _ -> {}));
    }

    private HeritageConfig config(EmbeddedBroker broker, String part, String gatewaySink)
            throws IOException, InvalidConfiguration {
        Path file = dir.resolve(part + ".yaml");
        Files.writeString(
                file,
                """
                kafka:
                  bootstrap-servers: %s
                  media-partitions: 2
                  event-partitions: 2
                  properties:
                    security.protocol: SASL_SSL
                    sasl.mechanism: PLAIN
                    sasl.jaas.config: '%s;'
                    ssl.truststore.location: %s
                    ssl.truststore.password: %s
                gateway:
                  port: 0
                %s
                sink:
                  port: 0
                  state-dir: %s
                processor:
                  models: %s
                """
                        .formatted(
                                broker.bootstrapServers(),
                                login("heritage-" + part),
                                keys(),
                                STORE_PASSWORD,
                                gatewaySink,
                                dir.resolve("state"),
                                dir.resolve("none")));
        return HeritageConfig.load(Optional.of(file), Map.of(), List.of());
    }

    private Path keys() {
        return dir.resolve("keys.p12");
    }

    private void makeKeys() throws IOException, InterruptedException {
        String options =
                "-genkeypair -alias broker -keyalg EC -dname CN=localhost -validity 2 -storetype"
                        + " PKCS12 -ext SAN=IP:127.0.0.1,DNS:localhost";
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(options.split(" ")));
        command.addAll(List.of("-keystore", keys().toString(), "-storepass", STORE_PASSWORD));
        Process keytool =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            assertThat(keytool.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            keytool.destroyForcibly();
        }
        assertThat(keytool.exitValue()).isZero();
    }

    private Map<String, Object> properties(EmbeddedBroker broker, String user) {
        return Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                login(user) + ";",
                "ssl.truststore.location",
                keys().toString(),
                "ssl.truststore.password",
                STORE_PASSWORD);
    }

    private static String login(String user) {
        return PLAIN.formatted(user, PASSWORD);
    }

    private static String users() {
        return Stream.of("admin", "heritage-gateway", "heritage-processor", "heritage-sink")
                .map(user -> " user_%s=\"%s\"".formatted(user, PASSWORD))
                .collect(Collectors.joining());
    }

    /** The controller's listener, on loopback, knows its callers by no name. */
    private Map<String, String> authorizer() {
        return Map.ofEntries(
                Map.entry("authorizer.class.name", AskedAuthorizer.class.getName()),
                Map.entry("super.users", "User:ANONYMOUS;User:admin"),
                Map.entry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:SASL_SSL,CONTROLLER:PLAINTEXT"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
                Map.entry(
                        "listener.name.plaintext.plain.sasl.jaas.config",
                        login("admin") + users() + ";"),
                Map.entry("ssl.keystore.location", keys().toString()),
                Map.entry("ssl.keystore.password", STORE_PASSWORD),
                Map.entry("ssl.key.password", STORE_PASSWORD),
                Map.entry("ssl.truststore.location", keys().toString()),
                Map.entry("ssl.truststore.password", STORE_PASSWORD));
    }

    /** What brokers hear of is in force a moment later. */
    private static void create(Admin admin, List<AclBinding> acls) throws Exception {
        admin.createAcls(acls).all().get(2, TimeUnit.MINUTES);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() ->
                        admin.describeAcls(AclBindingFilter.ANY)
                                .values()
                                .get(2, TimeUnit.MINUTES)
                                .containsAll(acls));
    }

    private static List<AclBinding> documented() throws IOException {
        var acls = new ArrayList<AclBinding>();
        for (String line : Files.readAllLines(Path.of("../deploy/kafka-acls.sh"))) {
            Matcher allow = ALLOW.matcher(line);
            if (!allow.matches()) {
                continue;
            }
            var resource =
                    new ResourcePattern(
                            ResourceType.fromString(Objects.requireNonNull(allow.group(2))),
                            Objects.requireNonNull(allow.group(4)),
                            PatternType.fromString(
                                    Objects.requireNonNull(allow.group(3))
                                            .toUpperCase(Locale.ROOT)));
            for (String operation : Objects.requireNonNull(allow.group(5)).split(" ")) {
                acls.add(
                        new AclBinding(
                                resource,
                                new AccessControlEntry(
                                        "User:heritage-" + allow.group(1),
                                        "*",
                                        operation(operation),
                                        AclPermissionType.ALLOW)));
            }
        }
        assertThat(acls).hasSizeGreaterThan(20);
        return acls;
    }

    /** As the command line writes it: AlterConfigs. */
    private static AclOperation operation(String name) {
        AclOperation operation =
                AclOperation.fromString(
                        name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
        assertThat(operation).as(name).isNotEqualTo(AclOperation.UNKNOWN);
        return operation;
    }

    /**
     * What a part has asked the broker for.
     *
     * @param name of the resource
     */
    private record Asked(String principal, AclOperation operation, ResourceType type, String name) {
        boolean isFor(AclBinding acl) {
            ResourcePattern pattern = acl.pattern();
            return acl.entry().principal().equals(principal)
                    && acl.entry().operation() == operation
                    && pattern.resourceType() == type
                    && (pattern.patternType() == PatternType.PREFIXED
                            ? name.startsWith(pattern.name())
                            : name.equals(pattern.name()));
        }
    }

    /** Kafka's own, which remembers what it was asked. */
    public static final class AskedAuthorizer extends StandardAuthorizer {
        private static final Set<Asked> ASKED = ConcurrentHashMap.newKeySet();

        @Override
        public List<AuthorizationResult> authorize(
                AuthorizableRequestContext context, List<Action> actions) {
            for (Action action : actions) {
                ASKED.add(
                        new Asked(
                                context.principal().toString(),
                                action.operation(),
                                action.resourcePattern().resourceType(),
                                action.resourcePattern().name()));
            }
            return super.authorize(context, actions);
        }

        static List<String> unasked(List<AclBinding> acls) {
            return acls.stream()
                    .filter(acl -> ASKED.stream().noneMatch(asked -> asked.isFor(acl)))
                    .map(acl ->
                            "%s %s %s %s"
                                    .formatted(
                                            acl.entry().principal(),
                                            acl.pattern().resourceType(),
                                            acl.pattern().name(),
                                            acl.entry().operation()))
                    .toList();
        }
    }
}
