package io.heritage.processor.job;

import io.heritage.schemas.InvalidInput;
import java.io.IOException;

/** Runs jobs of one kind of endpoint. Called on the device's thread, one job at a time. */
public interface JobHandler {

    /**
     * @throws WorkStopped from {@link Attempt#checkpoint()}
     * @throws JobFailed with the text for the client
     */
    JobAnswer run(Attempt attempt) throws InvalidInput, IOException;
}
