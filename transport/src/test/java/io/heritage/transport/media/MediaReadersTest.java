package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.transport.kafka.TransportUnavailable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Many readers at a time: their memory has one bound. The fault: 32 readers ended the process. */
class MediaReadersTest {
    private static final int MIB = 1 << 20;
    private static final long LARGE_PIECE = 48L * MIB;
    private static final TopicPartition PARTITION = new TopicPartition("heritage.results", 0);

    private final List<Integer> fetches = new ArrayList<>();
    private final FetchBudget budget = new FetchBudget(64L * MIB, Duration.ofMillis(50));
    private final MediaReaders readers = new MediaReaders(this::consumer, budget);

    @Test
    void manyReadersGetSmallerFetchesAndStayWithinTheBudget() {
        for (int i = 0; i < 18; i++) {
            readers.borrow(PARTITION, 100L * i, LARGE_PIECE);
        }

        assertThat(fetches.subList(0, 2)).containsOnly(8 * MIB);
        assertThat(fetches.subList(2, 18)).containsOnly(MIB);
        assertThat(budget.reservedBytes()).isEqualTo(64L * MIB);
    }

    @Test
    void asManyAsAreToldReadAtOnceWhateverTheyRead() {
        for (int i = 0; i < readers.atOnce(); i++) {
            readers.borrow(PARTITION, 100L * i, i % 3 == 0 ? LARGE_PIECE : 10);
        }
        assertThat(fetches).hasSize(16);
    }

    @Test
    void aReaderTooManyIsRefusedInTime() {
        for (int i = 0; i < 18; i++) {
            readers.borrow(PARTITION, 100L * i, LARGE_PIECE);
        }

        assertThatThrownBy(() -> readers.borrow(PARTITION, 0, LARGE_PIECE))
                .isInstanceOf(TransportUnavailable.class)
                .hasMessageContaining("64 MiB");
    }

    @Test
    void aReaderThatIsDoneMakesRoomForTheNext() {
        var open = new ArrayList<ChunkReader>();
        for (int i = 0; i < 18; i++) {
            open.add(readers.borrow(PARTITION, 100L * i, LARGE_PIECE));
        }
        readers.giveBack(open.getFirst());

        assertThat(readers.borrow(PARTITION, 50_000, 10)).isNotNull();
        assertThat(budget.reservedBytes()).isLessThanOrEqualTo(64L * MIB);
    }

    @Test
    void closedReadersHoldNothing() {
        var open = new ArrayList<ChunkReader>();
        for (int i = 0; i < 10; i++) {
            open.add(readers.borrow(PARTITION, 100L * i, LARGE_PIECE));
        }
        open.forEach(readers::giveBack);
        readers.close();

        assertThat(budget.reservedBytes()).isZero();
    }

    private Consumer<byte[], ByteBuffer> consumer(int fetchBytes) {
        fetches.add(fetchBytes);
        return new MockConsumer<>("none");
    }
}
