package io.heritage.sink;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Half as many callers as a gateway lets in, for both ends of their connections are here. */
class ManyCallersTest {
    private static final int MANY = 5_000;
    private static final long MOST_BYTES = 200_000_000;
    private static final Duration SOON = Duration.ofSeconds(120);

    @TempDir Path folder;

    /** Live heap, the callers' ends of the connections included. */
    @Test
    void fiveThousandWaitingCallersTakeLessThan200Megabytes() throws Exception {
        var samples = new Samples(Clock.systemUTC());
        var callers = new ArrayList<SocketChannel>();
        try (var fixture = new SinkFixture(folder);
                var sink = fixture.readySink()) {
            Job job = fixture.submit(samples.job());
            fixture.json(SinkFixture.jobUri(sink, job, ""));
            URI uri = SinkFixture.jobUri(sink, job, "&wait=300000");
            try {
                open(callers, uri, MANY / 10); // compiled code has smaller stacks
                awaitWaiting(sink, callers.size());
                long before = liveHeap();
                int there = callers.size();
                open(callers, uri, MANY);
                awaitWaiting(sink, callers.size());
                long bytes = liveHeap() - before;
                LoggerFactory.getLogger(ManyCallersTest.class)
                        .atInfo()
                        .addKeyValue("callers", callers.size() - there)
                        .addKeyValue("bytes", bytes)
                        .log("waiting callers");
                assertThat(bytes).isLessThan(MOST_BYTES);
            } finally {
                close(callers);
            }
            awaitWaiting(sink, 0);
        }
    }

    private static void awaitWaiting(Sink sink, int callers) {
        Awaitility.await().atMost(SOON).until(() -> sink.waiting() == callers);
    }

    private static void open(List<SocketChannel> callers, URI uri, int count) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), uri.getPort());
        byte[] request =
                "GET %s?%s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                        .formatted(uri.getRawPath(), uri.getRawQuery())
                        .getBytes(US_ASCII);
        for (int i = 0; i < count; i++) {
            SocketChannel caller = SocketChannel.open(address);
            callers.add(caller);
            caller.write(ByteBuffer.wrap(request));
        }
    }

    private static void close(List<SocketChannel> callers) throws IOException {
        for (SocketChannel caller : callers) {
            caller.close();
        }
    }

    private static long liveHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
