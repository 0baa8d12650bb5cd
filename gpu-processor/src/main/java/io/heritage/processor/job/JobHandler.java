package io.heritage.processor.job;

import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Payload;
import java.io.IOException;

/** Does the work of one kind of endpoint. Called on the device's thread, one job at a time. */
public interface JobHandler {

    /**
     * @return the output; all media that it refers to is durable
     * @throws WorkStopped from {@link Attempt#checkpoint()}
     * @throws JobFailed with the text for the client
     */
    Payload run(Attempt attempt) throws InvalidInput, IOException;
}
