package io.heritage.benchmarks;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.broker.EmbeddedBrokerConfig;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Cost of fsync before each acknowledgement, compared with a broker without it: jobs submitted one
 * after the other and sixteen at a time, and media of 64 MiB.
 */
public final class DurableBrokerBenchmark {
    private static final EndpointId ENDPOINT = new EndpointId("benchmark");
    private static final int JOBS = 400;
    private static final int AT_A_TIME = 16;
    private static final int MEDIA_MIB = 64;

    private DurableBrokerBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path dir = Files.createTempDirectory(Path.of("."), "durable-benchmark");
        try {
            measure("not durable", EmbeddedBrokerConfig.in(dir.resolve("quick")));
            measure("durable", EmbeddedBrokerConfig.in(dir.resolve("durable")).durable());
        } finally {
            Arguments.delete(dir);
        }
    }

    private static void measure(String what, EmbeddedBrokerConfig config) throws Exception {
        try (var broker = EmbeddedBroker.start(config);
                var transport = KafkaTransport.open(QueueLatencyBenchmark.client(broker))) {
            transport.createTopics(List.of(ENDPOINT));
            submit(transport, 1);
            Percentiles alone = submit(transport, 1);
            Percentiles together = submit(transport, AT_A_TIME);
            upload(transport);
            System.out.printf(
                    "%-12s submit: %s; %d at a time: %s; media %.0f MB/s%n",
                    what, alone, AT_A_TIME, together, upload(transport));
        }
    }

    private static Percentiles submit(KafkaTransport transport, int atATime)
            throws InterruptedException, ExecutionException {
        var nanos = new ArrayList<Long>();
        try (var pool = Executors.newFixedThreadPool(atATime)) {
            Callable<Long> one = () -> nanosOfOne(transport);
            for (int round = 0; round < JOBS / atATime; round++) {
                for (Future<Long> done : pool.invokeAll(Collections.nCopies(atATime, one))) {
                    nanos.add(done.get());
                }
            }
        }
        return Percentiles.ofNanos(nanos);
    }

    private static long nanosOfOne(KafkaTransport transport) {
        Job job = QueueLatencyBenchmark.job(ENDPOINT, Lane.HIGH);
        long begun = System.nanoTime();
        transport.jobs().submit(job);
        return System.nanoTime() - begun;
    }

    /** MB/s, of 10^6 bytes. */
    private static double upload(KafkaTransport transport) throws IOException {
        byte[] mebibyte = new byte[1 << 20];
        long begun = System.nanoTime();
        try (MediaUpload upload = transport.media().begin("benchmark")) {
            MediaPart part = upload.part("body", "application/octet-stream");
            for (int i = 0; i < MEDIA_MIB; i++) {
                part.write(mebibyte);
            }
            part.close();
            var _ = part.durable();
        }
        return MEDIA_MIB * (double) (1 << 20) * 1000 / (System.nanoTime() - begun);
    }
}
