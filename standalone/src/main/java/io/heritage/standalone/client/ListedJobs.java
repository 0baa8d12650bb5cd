package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Jobs as {@code /requests} lists them.
 *
 * @param cursor empty on the last page
 */
public record ListedJobs(List<JsonNode> jobs, Optional<String> cursor) {
    public ListedJobs {
        jobs = List.copyOf(jobs);
    }
}
