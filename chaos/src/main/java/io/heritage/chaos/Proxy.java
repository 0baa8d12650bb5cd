package io.heritage.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A network between two parts, which can be made slow. Copies bytes on virtual threads. */
final class Proxy implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final ServerSocket server;
    private final List<Integer> targets;
    private final Set<Integer> out = ConcurrentHashMap.newKeySet();
    private volatile Duration delay = Duration.ZERO;

    private Proxy(ServerSocket server, List<Integer> targets) {
        this.server = server;
        this.targets = List.copyOf(targets);
    }

    /**
     * @param targets ports on loopback: the first that may be used is
     */
    static Proxy open(int port, List<Integer> targets) throws IOException {
        var server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
        var proxy = new Proxy(server, targets);
        Thread.ofVirtual().name("proxy-" + port).start(proxy::accept);
        return proxy;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Delays each block of up to 64 KiB in both directions; zero ends the delay. */
    void slow(Duration each) {
        delay = each;
    }

    /** New connections go elsewhere until it is put in again, as with a service of Kubernetes. */
    void takeOut(int target) {
        out.add(target);
    }

    void putIn(int target) {
        out.remove(target);
    }

    private int target() throws ConnectException {
        return targets.stream()
                .filter(port -> !out.contains(port))
                .findFirst()
                .orElseThrow(() -> new ConnectException("nobody serves"));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                // closed, or one connection that came to nothing
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var there = new Socket()) {
            there.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target()));
            client.setTcpNoDelay(true);
            there.setTcpNoDelay(true);
            Thread back = Thread.ofVirtual().start(() -> copy(there, client));
            copy(client, there);
            back.join();
        } catch (IOException _) {
            // refused: the caller's connection ends, as it would without a proxy
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Copies until one side ends, then closes both, as the death of a process does. */
    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[BUFFER];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                Duration late = delay;
                if (!late.isZero()) {
                    Thread.sleep(late);
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // closed by either
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
