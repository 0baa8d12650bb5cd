package io.heritage.chaos;

import io.heritage.chaos.Part.Kind;
import io.heritage.gateway.call.ApiKey;
import io.heritage.standalone.Heritage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The installation under test: brokers that form a cluster, sinks, gateways and processors, each a
 * process, with a {@link Proxy} before every broker, gateway and sink. All of it is in one folder.
 */
final class Cluster implements AutoCloseable {
    static final String ENDPOINT = "chaos";
    static final String PURGED = "purged";
    static final int LOST_JOB_RETRIES = 2;

    /** The API key of every request; it has an effect only if the gateways have keys. */
    static final String KEY = "hk-chaos";

    /** Number of processes of each kind. */
    record ProcessCounts(int brokers, int sinks, int gateways, int processors) {
        static final ProcessCounts FULL = new ProcessCounts(3, 2, 2, 3);
        static final ProcessCounts SMALL = new ProcessCounts(1, 1, 1, 2);
        static final ProcessCounts PAIRS = new ProcessCounts(1, 2, 2, 2);
    }

    private final Path folder;
    private final ProcessCounts size;
    private final ChaosOptions.Lanes lanes;
    private final boolean replaced;
    private final Ports ports = new Ports();
    private final List<Part> parts = new ArrayList<>();
    private final List<Proxy> brokerProxies = new ArrayList<>();
    private final List<Proxy> sinkProxies = new ArrayList<>();
    private final List<Proxy> gatewayProxies = new ArrayList<>();
    private final Map<String, Integer> listening = new TreeMap<>();
    private final Map<String, Integer> adminPorts = new TreeMap<>();

    private Cluster(Path folder, ProcessCounts size, ChaosOptions.Lanes lanes, boolean replaced) {
        this.folder = folder;
        this.size = size;
        this.lanes = lanes;
        this.replaced = replaced;
    }

    /**
     * Writes all settings; starts nothing but the proxies.
     *
     * @param replaced whether its parts are replaced in turn: clients find the gateways as they
     *     are, gateways the sinks behind a service
     */
    static Cluster in(Path folder, ProcessCounts size, ChaosOptions.Lanes lanes, boolean replaced)
            throws IOException {
        var cluster = new Cluster(folder, size, lanes, replaced);
        Files.createDirectories(folder.resolve("marks"));
        cluster.prepareBrokers();
        cluster.prepareSinks();
        cluster.prepareGateways();
        cluster.prepareProcessors();
        return cluster;
    }

    private void prepareBrokers() throws IOException {
        int[] controllers = IntStream.range(0, size.brokers()).map(_ -> ports.free()).toArray();
        String voters = "";
        for (int i = 0; i < controllers.length; i++) {
            voters += (i == 0 ? "" : ",") + (i + 1) + "@127.0.0.1:" + controllers[i];
        }
        int copies = Math.min(3, size.brokers());
        for (int i = 1; i <= size.brokers(); i++) {
            int port = ports.free();
            Proxy proxy = Proxy.open(ports.free(), List.of(port));
            brokerProxies.add(proxy);
            Path settings = folder.resolve("broker-" + i + ".properties");
            Files.writeString(
                    settings,
                    BROKER.formatted(
                            i,
                            voters,
                            port,
                            ports.free(),
                            controllers[i - 1],
                            proxy.port(),
                            folder.resolve("broker-" + i),
                            copies,
                            Math.max(1, copies - 1)));
            add(Kind.BROKER, "broker-" + i, List.of(BrokerMain.class.getName(), settings + ""));
        }
    }

    private void prepareSinks() throws IOException {
        List<Integer> all = IntStream.range(0, size.sinks()).mapToObj(_ -> ports.free()).toList();
        for (int i = 0; i < size.sinks(); i++) {
            var targets = new ArrayList<>(all);
            Collections.rotate(targets, -i);
            sinkProxies.add(
                    Proxy.open(ports.free(), replaced ? targets : List.of(targets.getFirst())));
            addProduct(Kind.SINK, "sink-" + (i + 1), all.get(i), 0);
        }
    }

    private void prepareGateways() throws IOException {
        for (int i = 1; i <= size.gateways(); i++) {
            int port = ports.free();
            gatewayProxies.add(Proxy.open(ports.free(), List.of(port)));
            addProduct(Kind.GATEWAY, "gateway-" + i, port, (i - 1) % size.sinks());
        }
    }

    private void prepareProcessors() throws IOException {
        for (int i = 1; i <= size.processors(); i++) {
            addProduct(Kind.PROCESSOR, "processor-" + i, 0, 0);
        }
    }

    /**
     * @param port where it listens, if it does
     * @param sink that it asks, if it does
     */
    private void addProduct(Kind kind, String name, int port, int sink) throws IOException {
        int admin = ports.free();
        listening.put(name, port);
        adminPorts.put(name, admin);
        Files.writeString(
                config(name),
                PRODUCT.formatted(
                        bootstrapServers(),
                        port,
                        sinkProxies.get(sink).port(),
                        name,
                        folder.resolve(name),
                        folder.resolve("no-models"),
                        LOST_JOB_RETRIES,
                        admin,
                        lanes.shared(),
                        lanes.shared() ? KEYS.formatted(ApiKey.ofPlain("chaos", KEY).sha256()) : "",
                        replaced && size.sinks() > 1 ? 1 : 0,
                        lanes.shards()));
        add(kind, name, mainOf(kind, name, 0));
    }

    private Path config(String name) {
        return folder.resolve(name + ".yaml");
    }

    /** The product's own command, unless its work is scripted or its clock is wrong. */
    private List<String> mainOf(Kind kind, String name, long clockOffsetMillis) {
        String command = kind.name().toLowerCase(java.util.Locale.ROOT);
        return kind == Kind.PROCESSOR || clockOffsetMillis != 0
                ? List.of(
                        PartMain.class.getName(),
                        command,
                        config(name) + "",
                        folder.resolve("marks") + "",
                        Long.toString(clockOffsetMillis))
                : List.of(Heritage.class.getName(), command, "--config", config(name) + "");
    }

    private void add(Kind kind, String name, List<String> main) throws IOException {
        parts.add(new Part(kind, name, folder.resolve(name + ".log"), commandOf(kind, name, main)));
    }

    private List<String> commandOf(Kind kind, String name, List<String> main) throws IOException {
        Path temporary = Files.createDirectories(folder.resolve("tmp").resolve(name));
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java") + "");
        command.addAll(
                List.of(
                        "-Xmx" + (kind == Kind.BROKER || kind == Kind.SINK ? 256 : 192) + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(main);
        return command;
    }

    /** Sets a wrong clock, from its next start on. */
    void shiftClock(Part part, long offsetMillis) throws IOException {
        part.command(
                commandOf(
                        part.kind(), part.name(), mainOf(part.kind(), part.name(), offsetMillis)));
    }

    String bootstrapServers() {
        return String.join(
                ",", brokerProxies.stream().map(proxy -> "127.0.0.1:" + proxy.port()).toList());
    }

    /** Base addresses of the gateways, as clients reach them. */
    List<String> gateways() {
        List<Integer> addresses =
                replaced
                        ? parts(Kind.GATEWAY).stream().map(gateway -> portOf(gateway)).toList()
                        : gatewayProxies.stream().map(Proxy::port).toList();
        return addresses.stream().map(port -> "http://127.0.0.1:" + port + "/v2/").toList();
    }

    private int portOf(Part part) {
        return Objects.requireNonNull(listening.get(part.name()));
    }

    /** Removes a sink from the service, so that it gets no new connections. */
    void takeOut(Part part) {
        if (part.kind() == Kind.SINK) {
            sinkProxies.forEach(proxy -> proxy.takeOut(portOf(part)));
        }
    }

    void putIn(Part part) {
        if (part.kind() == Kind.SINK) {
            sinkProxies.forEach(proxy -> proxy.putIn(portOf(part)));
        }
    }

    /** Admin port of each sink. */
    Map<String, Integer> sinkAdminPorts() {
        return parts(Kind.SINK).stream()
                .collect(Collectors.toMap(Part::name, sink -> adminPort(sink.name())));
    }

    /** Admin port of a part that is not a broker. */
    int adminPort(String part) {
        return Objects.requireNonNull(adminPorts.get(part));
    }

    List<Part> parts() {
        return List.copyOf(parts);
    }

    List<Part> parts(Kind kind) {
        return parts.stream().filter(part -> part.kind() == kind).toList();
    }

    List<Proxy> proxies(Kind kind) {
        return switch (kind) {
            case BROKER -> List.copyOf(brokerProxies);
            case SINK -> List.copyOf(sinkProxies);
            case GATEWAY -> List.copyOf(gatewayProxies);
            case PROCESSOR -> List.of();
        };
    }

    Path folder() {
        return folder;
    }

    ProcessCounts size() {
        return size;
    }

    void start() {
        parts.forEach(Part::start);
    }

    /** Stops all parts in order; returns those that did not stop by themselves in time. */
    List<String> stop(Duration within) throws InterruptedException {
        var unclean = new ArrayList<String>();
        for (Kind kind : List.of(Kind.PROCESSOR, Kind.GATEWAY, Kind.SINK, Kind.BROKER)) {
            unclean.addAll(Part.stop(parts(kind), within));
        }
        return unclean;
    }

    /** Kills the processes that still run. */
    @Override
    public void close() throws IOException {
        parts.forEach(Part::close);
        for (Kind kind : Kind.values()) {
            for (Proxy proxy : proxies(kind)) {
                proxy.close();
            }
        }
    }

    private static final String PRODUCT =
            """
            endpoints:
              restore: off
              interpolate: off
              chaos:
                kind: interpolate
                sync-result-retention: 12h
              purged:
                kind: interpolate
            kafka:
              bootstrap-servers: %1$s
              media-partitions: 6
              event-partitions: 4
              media-retention-bytes: 1536MiB
              fair-shares: %9$s
              lane-shards: %12$d
            gateway:
              port: %2$d
              sink: http://127.0.0.1:%3$d
              max-run-bytes: 64MiB
              max-run-sync-bytes: 64MiB
            %10$s
            processor:
              worker: %4$s
              device: cpu
              models: %6$s
              max-result-bytes: 64MiB
            sink:
              port: %2$d
              instance-id: %4$s
              state-dir: %5$s
              webhook-private-addresses: true
              standby-replicas: %11$d
              lost-job-retries: %7$d
            admin:
              port: %8$d
            """;

    /** A gateway lets no job wait if there is only one owner. */
    private static final String KEYS =
            """
              keys:
                - name: chaos
                  sha256: %s
                - name: nobody
                  sha256: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff
            """;

    private static final String BROKER =
            """
            process.roles=broker,controller
            node.id=%1$d
            controller.quorum.voters=%2$s
            listeners=PLAINTEXT://127.0.0.1:%3$d,INTERNAL://127.0.0.1:%4$d,CONTROLLER://127.0.0.1:%5$d
            advertised.listeners=PLAINTEXT://127.0.0.1:%6$d,INTERNAL://127.0.0.1:%4$d
            inter.broker.listener.name=INTERNAL
            listener.security.protocol.map=PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
            controller.listener.names=CONTROLLER
            log.dirs=%7$s
            default.replication.factor=%8$d
            min.insync.replicas=%9$d
            offsets.topic.replication.factor=%8$d
            offsets.topic.num.partitions=4
            transaction.state.log.replication.factor=%8$d
            transaction.state.log.min.isr=%9$d
            transaction.state.log.num.partitions=4
            share.coordinator.state.topic.replication.factor=%8$d
            share.coordinator.state.topic.min.isr=%9$d
            share.coordinator.state.topic.num.partitions=4
            group.share.heartbeat.interval.ms=1000
            group.share.min.heartbeat.interval.ms=1000
            group.share.min.record.lock.duration.ms=1000
            group.share.max.partition.max.record.locks=10000
            group.share.max.share.sessions=20000
            group.share.max.size=1000
            group.initial.rebalance.delay.ms=0
            group.streams.initial.rebalance.delay.ms=0
            group.streams.heartbeat.interval.ms=1000
            group.streams.min.heartbeat.interval.ms=1000
            auto.create.topics.enable=false
            log.cleaner.dedupe.buffer.size=8388608
            log.segment.bytes=33554432
            log.segment.delete.delay.ms=5000
            num.network.threads=2
            num.io.threads=4
            """;
}
