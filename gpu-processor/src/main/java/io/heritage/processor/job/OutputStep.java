package io.heritage.processor.job;

import io.heritage.schemas.Payload;
import java.io.IOException;

/** A step on a job's output between the work and its report. Device thread. */
@FunctionalInterface
public interface OutputStep {

    /**
     * @param output all of whose media are durable
     * @return the output to report
     * @throws WorkStopped from {@link Attempt#checkpoint()}
     */
    Payload after(Attempt attempt, Payload output) throws IOException, InterruptedException;
}
