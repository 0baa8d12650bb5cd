package io.heritage.sink.scale;

import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.JobDirectory;
import java.time.Duration;

/** Reads the demand of an endpoint. */
@FunctionalInterface
public interface DemandReader {

    /**
     * @param patience jobs that have waited longer are counted separately
     * @param atMost how many of those are counted, at least
     * @throws JobDirectory.NotServing if any sink cannot answer for its jobs
     */
    Demand of(EndpointId endpoint, Duration patience, int atMost)
            throws JobDirectory.NotServing, InterruptedException;
}
