package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;

/** Follows the changes of a job. */
public interface JobListener {

    /**
     * @param event as docs/api.md has it under "events"
     */
    void event(JsonNode event);
}
