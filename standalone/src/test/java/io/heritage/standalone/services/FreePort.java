package io.heritage.standalone.services;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;

/**
 * Ports for servers that are started later, or again: below those that systems give to connections,
 * of which other tests have thousands, and to servers on port 0.
 */
final class FreePort {
    private static final int FIRST = 10_000;
    private static final int END = 14_000; // where the ports of chaos runs begin

    private FreePort() {}

    static int choose() throws IOException {
        var random = new Random();
        while (true) {
            int port = random.nextInt(FIRST, END);
            try (var _ = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
                return port;
            } catch (BindException taken) {
                continue;
            }
        }
    }
}
