package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BoundedTopicReaderTest {
    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    private static List<Long> read(int records, long newest) {
        var consumer = new MockConsumer<byte[], byte[]>("none");
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, (long) records));
        consumer.schedulePollTask(() -> {
            for (int i = 0; i < records; i++) {
                consumer.addRecord(new ConsumerRecord<>("events", 0, i, new byte[0], new byte[0]));
            }
        });
        List<Long> offsets = new ArrayList<>();
        new BoundedTopicReader(consumer, List.of(PARTITION))
                .readToEnd(Instant.EPOCH, newest, record -> offsets.add(record.offset()));
        return offsets;
    }

    @Test
    void onlyTheNewestAreReadWhereThereAreMore() {
        assertThat(read(10, 3)).containsExactly(7L, 8L, 9L);
    }

    @Test
    void allAreReadWhereThereAreFewer() {
        assertThat(read(3, 10)).containsExactly(0L, 1L, 2L);
    }
}
