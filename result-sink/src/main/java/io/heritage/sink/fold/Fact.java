package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** Input of the fold: submissions and events, from their two kinds of topics. */
public sealed interface Fact {

    record Submitted(Job job) implements Fact {}

    record Happened(JobEvent event) implements Fact {}

    /**
     * Submissions that lie before these offsets have been read from their queues: each partition of
     * the fold has had its own before this fact, which goes to all of them.
     */
    record QueuesPassed(Map<String, Long> passed) implements Fact {}

    static Serde<Fact> serde(Class<?> message) {
        return Serdes.serdeFrom(
                (_, fact) -> encode(fact),
                (_, bytes) -> {
                    if (bytes == null) {
                        return null;
                    }
                    if (message == Job.class && isPassed(bytes)) {
                        return Wire.decode(bytes, QueuesPassed.class);
                    }
                    return message == Job.class
                            ? new Submitted(Wire.decode(bytes, Job.class))
                            : new Happened(Wire.decode(bytes, JobEvent.class));
                });
    }

    private static byte @Nullable [] encode(@Nullable Fact fact) {
        return switch (fact) {
            case null -> null;
            case Submitted s -> Wire.encode(s.job());
            case Happened h -> Wire.encode(h.event());
            case QueuesPassed p -> Wire.encode(p);
        };
    }

    /** No encoded job begins like this. */
    private static boolean isPassed(byte[] bytes) {
        byte[] start = "{\"passed\":".getBytes(StandardCharsets.UTF_8);
        return Arrays.mismatch(start, bytes) >= start.length;
    }
}
