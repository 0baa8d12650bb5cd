package io.heritage.chaos;

import io.heritage.gateway.Gateway;
import io.heritage.http.AdminConfig;
import io.heritage.http.AdminServer;
import io.heritage.http.Probes;
import io.heritage.observe.MetricsPage;
import io.heritage.processor.Processor;
import io.heritage.processor.ProcessorPorts;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointKind;
import io.heritage.sink.Sink;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.logging.LogLevels;
import io.heritage.transport.KafkaTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.rocksdb.NativeLibraryLoader;

/**
 * A process of an installation under test: {@code PartMain KIND CONFIG MARKS OFFSET_MILLIS}, KIND
 * one of gateway, sink, processor. Its clock is wrong by the offset. The processor executes {@link
 * Script}s. Stops cleanly on SIGTERM.
 */
public final class PartMain {
    private PartMain() {}

    public static void main(String[] args) throws Exception {
        LogLevels.SERVICE.apply();
        HeritageConfig config =
                HeritageConfig.load(Optional.of(Path.of(args[1])), Map.of(), List.of());
        Path marks = Files.createDirectories(Path.of(args[2]));
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofMillis(Long.parseLong(args[3])));
        KafkaTransport transport = transport(config);
        AutoCloseable part = start(args[0], config, transport, marks, clock);
        if (part instanceof Processor processor) {
            serveProbes(config.admin(), processor);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(part, transport), "stop"));
        System.err.println(args[0] + ": started");
        new CountDownLatch(1).await();
    }

    private static KafkaTransport transport(HeritageConfig config) {
        KafkaTransport transport = KafkaTransport.open(config.kafka());
        transport.createTopics(config.endpoints().keySet());
        return transport;
    }

    private static AutoCloseable start(
            String kind, HeritageConfig config, KafkaTransport transport, Path marks, Clock clock)
            throws IOException {
        List<EndpointConfig> endpoints = List.copyOf(config.endpoints().values());
        return switch (kind) {
            case "gateway" ->
                    Gateway.start(
                            config.gateway(),
                            endpoints,
                            transport.limitedMedia(config.endpoints().keySet()),
                            transport.jobs(),
                            transport.events(),
                            clock);
            case "sink" -> {
                // As the product's command: not into the folder for temporary files.
                NativeLibraryLoader.getInstance().loadLibrary(marks + "");
                yield Sink.start(config.sink(), config.kafka(), endpoints, transport, clock);
            }
            case "processor" ->
                    Processor.startWith(
                            Map.of(
                                    EndpointKind.INTERPOLATE,
                                    new ScriptedHandler(
                                            transport.media(), transport.results(), marks)),
                            config.processor(),
                            endpoints,
                            config.sink().lostJobRetries() + 1,
                            ProcessorPorts.of(
                                    transport,
                                    config.endpoints().keySet(),
                                    config.processor().worker()),
                            clock);
            default -> throw new IllegalArgumentException("no such part: " + kind);
        };
    }

    /** As the product's command. */
    private static void serveProbes(AdminConfig config, Processor processor) {
        var probes = new Probes();
        probes.ready("processor", processor::isReady);
        probes.started();
        AdminServer.start(config, probes, () -> "", MetricsPage.CONTENT_TYPE);
    }

    private static void stop(AutoCloseable part, KafkaTransport transport) {
        try (transport) {
            part.close();
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
