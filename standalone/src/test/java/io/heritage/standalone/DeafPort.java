package io.heritage.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port at which nobody listens, and nobody else begins to: it is taken as long as this is open.
 */
public final class DeafPort implements AutoCloseable {
    private final Socket bound = new Socket();

    public DeafPort() throws IOException {
        bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public String address() {
        return "127.0.0.1:" + bound.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        bound.close();
    }
}
