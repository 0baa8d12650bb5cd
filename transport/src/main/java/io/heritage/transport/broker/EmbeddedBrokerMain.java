package io.heritage.transport.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A broker in a separate process: {@code java … io.heritage.transport.broker.EmbeddedBrokerMain DIR
 * PORT}. Prints {@code ready HOST:PORT} once it takes requests, stops on SIGTERM.
 */
public final class EmbeddedBrokerMain {
    private EmbeddedBrokerMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            System.err.println(
                    "expected 2 arguments, DIR and PORT (0 takes a free one), found "
                            + args.length);
            System.exit(64);
        }
        var config =
                new EmbeddedBrokerConfig(Path.of(args[0]), Integer.parseInt(args[1]), Map.of());
        EmbeddedBroker broker = EmbeddedBroker.start(config);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "stop broker"));
        System.out.println("ready " + broker.bootstrapServers());
        new CountDownLatch(1).await();
    }
}
