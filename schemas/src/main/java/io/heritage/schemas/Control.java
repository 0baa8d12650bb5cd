package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * A switch of operators, in {@code heritage.controls}, compacted: the latest of each {@link #key}
 * counts.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Control.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Control.Drain.class, name = "drain"),
})
public sealed interface Control {

    /** The endpoint or worker that is switched. */
    @JsonIgnore
    String key();

    Instant at();

    /** Whether this is the default state, which need not be stored. */
    @JsonIgnore
    boolean isUsual();

    /** Whether workers must not begin jobs of the endpoint. */
    record Pause(EndpointId endpoint, boolean paused, Instant at) implements Control {
        @Override
        public String key() {
            return "endpoint/" + endpoint.value();
        }

        @Override
        public boolean isUsual() {
            return !paused;
        }
    }

    /** Whether the worker must not begin jobs of any endpoint. */
    record Drain(WorkerId worker, boolean draining, Instant at) implements Control {
        @Override
        public String key() {
            return "worker/" + worker.value();
        }

        @Override
        public boolean isUsual() {
            return !draining;
        }
    }
}
