package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Control;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.SharedBroker;
import io.heritage.transport.TestBroker;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.ClientSettings;
import io.heritage.transport.kafka.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the topic of controls keeps. */
@ExtendWith(SharedBroker.class)
class KafkaControlBoardTest {
    private final TestBroker broker;

    KafkaControlBoardTest(TestBroker broker) {
        this.broker = broker;
    }

    @Test
    void whatIsSwitchedBackIsDeletedFromTheTopic() {
        var worker = new WorkerId("w-" + UUID.randomUUID());
        Instant now = Instant.now();
        try (KafkaTransport transport = broker.transport(TestJobs.newEndpoint())) {
            transport.controls().set(new Control.Drain(worker, true, now));
            assertThat(deletions(worker)).containsExactly(false);

            transport.controls().set(new Control.Drain(worker, false, now));
        }
        assertThat(deletions(worker)).containsExactly(false, false, true);
    }

    /** For each record about the worker, whether it deletes those before. */
    private List<Boolean> deletions(WorkerId worker) {
        String key = new Control.Drain(worker, true, Instant.EPOCH).key();
        var found = new ArrayList<Boolean>();
        var bytes = new ByteArrayDeserializer();
        try (var consumer =
                new KafkaConsumer<>(new ClientSettings(broker.config()).tail(), bytes, bytes)) {
            new BoundedTopicReader(consumer, List.of(new TopicPartition(Topics.CONTROLS, 0)))
                    .readToEnd(
                            Instant.EPOCH,
                            record -> {
                                if (new String(record.key(), StandardCharsets.UTF_8).equals(key)) {
                                    found.add(record.value() == null);
                                }
                            });
        }
        return found;
    }
}
