package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;

/** Broadcast to all processors in {@code heritage.commands}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes(@JsonSubTypes.Type(value = Command.Cancel.class, name = "cancel"))
public sealed interface Command {

    /** Stop the job where it runs, do not start it where it waits. */
    record Cancel(JobId jobId, Instant at) implements Command {}
}
