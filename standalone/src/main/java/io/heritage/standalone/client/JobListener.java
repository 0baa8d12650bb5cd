package io.heritage.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;

/** Hears what becomes of a job. */
public interface JobListener {

    /**
     * @param event as docs/api.md has it under "events"
     */
    void event(JsonNode event);
}
