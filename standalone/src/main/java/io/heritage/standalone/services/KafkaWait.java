package io.heritage.standalone.services;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Waits until one of several brokers accepts connections, because they may start later than this
 * process. Kafka's own client would log nothing meanwhile.
 *
 * @param servers {@code HOST:PORT}, separated by commas
 * @param notices takes a message with the longest wait, then messages with the time so far
 * @param every time between two of these
 */
record KafkaWait(String servers, Consumer<String> notices, Duration limit, Duration every) {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);

    KafkaWait(String servers, Consumer<String> notices) {
        this(servers, notices, LIMIT, EVERY);
    }

    /**
     * @throws CannotStart if none did in time
     */
    void untilReachable() throws CannotStart, InterruptedException {
        long begun = System.nanoTime();
        long told = -1;
        while (true) {
            String reason = connect();
            if (reason.isEmpty()) {
                return;
            }
            long waited = System.nanoTime() - begun;
            if (told < 0) {
                told = waited;
                notices.accept(
                        "heritage: waiting up to %d s for Kafka at %s (%s)"
                                .formatted(limit.toSeconds(), servers, reason));
            } else if (waited - told >= every.toNanos()) {
                told = waited;
                notices.accept(
                        "heritage: still waiting for Kafka, %d s (%s)"
                                .formatted(waited / 1_000_000_000, reason));
            }
            if (waited > limit.toNanos()) {
                throw new CannotStart(
                        "Kafka at %s did not answer within %d s (%s); is it running, and is"
                                        .formatted(servers, limit.toSeconds(), reason)
                                + " kafka.bootstrap-servers right?");
            }
            Thread.sleep(PAUSE);
        }
    }

    /** Returns why no broker can be reached; empty if one can. */
    private String connect() throws InterruptedException {
        String reason = "no broker is named";
        for (String server : servers.split(",", -1)) {
            int colon = server.lastIndexOf(':');
            if (colon < 0 || !server.substring(colon + 1).strip().matches("[0-9]{1,5}")) {
                return ""; // Kafka's client reports the error in the address
            }
            var address =
                    new InetSocketAddress(
                            server.substring(0, colon).strip(),
                            Integer.parseInt(server.substring(colon + 1).strip()));
            if (address.isUnresolved()) {
                reason = "unknown host " + address.getHostString();
                continue;
            }
            try (var socket = new Socket()) {
                socket.connect(address, Math.toIntExact(CONNECT.toMillis()));
                return "";
            } catch (IOException e) {
                reason = String.valueOf(e.getMessage());
            }
        }
        return reason;
    }
}
