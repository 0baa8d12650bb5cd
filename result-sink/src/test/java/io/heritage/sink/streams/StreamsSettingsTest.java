package io.heritage.sink.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
import org.junit.jupiter.api.Test;

class StreamsSettingsTest {
    private static final String LEAST = "topic.min.insync.replicas";

    /** The fault: submissions on their way to the fold, and its state, had the brokers' default. */
    @Test
    void ofThreeReplicasTwoMustAcknowledgeAlsoInTopicsOfStreams() {
        assertThat(StreamsSettings.replicated(new Properties(), 3)).containsEntry(LEAST, "2");
    }

    @Test
    void aSingleReplicaAcknowledgesAlone() {
        assertThat(StreamsSettings.replicated(new Properties(), 1)).doesNotContainKey(LEAST);
    }
}
