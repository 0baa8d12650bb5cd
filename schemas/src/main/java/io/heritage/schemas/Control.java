package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/**
 * What operators have switched off or on again, in {@code heritage.controls}, compacted: the latest
 * of each {@link #key} counts until there is another one.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Control.Pause.class, name = "pause"),
    @JsonSubTypes.Type(value = Control.Drain.class, name = "drain"),
})
public sealed interface Control {

    /** What it is about. */
    @JsonIgnore
    String key();

    Instant at();

    /** Whether all is as if nothing had been switched: it need not be remembered. */
    @JsonIgnore
    boolean isUsual();

    /** Whether no worker is to begin a job of the endpoint. */
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

    /** Whether the worker is to begin no job of any endpoint. */
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
