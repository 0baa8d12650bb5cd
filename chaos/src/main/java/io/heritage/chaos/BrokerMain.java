package io.heritage.chaos;

import io.heritage.standalone.logging.LogLevels;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** A combined broker and controller: {@code BrokerMain SETTINGS}, a Kafka properties file. */
public final class BrokerMain {
    /** Any id works; the brokers of a cluster have the same. */
    private static final String CLUSTER = "Y2hhb3MtY2hhb3MtY2hhbw";

    private BrokerMain() {}

    public static void main(String[] args) throws Exception {
        LogLevels.SERVICE.apply();
        var settings = new Properties();
        try (Reader file = Files.newBufferedReader(Path.of(args[0]))) {
            settings.load(file);
        }
        format(settings);
        var server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
        server.startup();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown, "stop"));
        System.err.println("broker: started");
        server.awaitShutdown();
    }

    private static void format(Properties settings) throws Exception {
        String folder = settings.getProperty("log.dirs");
        if (Files.exists(Path.of(folder, "meta.properties"))) {
            return;
        }
        Files.createDirectories(Path.of(folder));
        new Formatter()
                .setPrintStream(
                        new PrintStream(
                                OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(Integer.parseInt(settings.getProperty("node.id")))
                .setClusterId(CLUSTER)
                .setControllerListenerName(settings.getProperty("controller.listener.names"))
                .setDirectories(List.of(folder))
                .setMetadataLogDirectory(folder)
                .run();
    }
}
