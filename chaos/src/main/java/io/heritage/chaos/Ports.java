package io.heritage.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Ports that are free and not given to outgoing connections meanwhile. */
final class Ports {
    private static final int FIRST = 14_000;
    private static final int LAST = 30_000;

    private final Random random = new Random();
    private final Set<Integer> taken = new HashSet<>();

    int free() {
        while (true) {
            int port = random.nextInt(FIRST, LAST);
            if (taken.add(port) && isFree(port)) {
                return port;
            }
        }
    }

    private static boolean isFree(int port) {
        try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException _) {
            return false;
        }
    }
}
