package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/** What the fold takes in: submissions and events, from their two kinds of topics. */
public sealed interface Fact {

    JobId jobId();

    record Submitted(Job job) implements Fact {
        @Override
        public JobId jobId() {
            return job.id();
        }
    }

    record Happened(JobEvent event) implements Fact {
        @Override
        public JobId jobId() {
            return event.jobId();
        }
    }

    static Serde<Fact> serde(Class<?> message) {
        return Serdes.serdeFrom(
                (_, fact) -> encode(fact),
                (_, bytes) -> {
                    if (bytes == null) {
                        return null;
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
        };
    }
}
