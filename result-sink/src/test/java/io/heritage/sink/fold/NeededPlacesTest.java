package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Lane;
import io.heritage.sink.Samples;
import io.heritage.sink.queue.QueueOrder;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.WaitingPlaces;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NeededPlacesTest {
    private static final String LANE = Topics.jobs(Samples.ENDPOINT, Lane.HIGH);
    private static final String WAITING = Topics.waiting(LANE);
    private static final Object PROCESSOR = "the processor of partition 3";

    private final FoldProgress progress = new FoldProgress();
    private final QueueOrder order = new QueueOrder();
    private final WaitingPlaces places = order.begin(PROCESSOR);
    private final FoldProgress.Position position = progress.begin(PROCESSOR, 3, Map.of());
    private final List<String> said = new ArrayList<>();
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong now = new AtomicLong();
    private final NeededPlaces needed =
            new NeededPlaces(
                    (topic, partition, offset) -> {
                        if (away.get()) {
                            throw new TransportUnavailable("no Kafka here");
                        }
                        said.add("%s %d %d".formatted(topic, partition, offset));
                    },
                    () -> List.of(LANE, WAITING),
                    progress,
                    order,
                    now::get);

    @AfterEach
    void close() {
        needed.close();
    }

    private List<String> looked() {
        said.clear();
        needed.look();
        return List.copyOf(said);
    }

    @Test
    void nothingIsSaidOfATopicThatIsNotRead() {
        progress.passed(position, Map.of(LANE, 12L));
        assertThat(looked()).isEmpty();
    }

    @Test
    void whatWaitsIsNeededAndElseWhatIsNotFolded() {
        progress.passed(position, Map.of(WAITING, 12L));
        places.add(new QueuePlace(WAITING, 7));
        places.add(new QueuePlace(WAITING, 9));
        assertThat(looked()).containsExactly(WAITING + " 3 7");
        assertThat(looked()).as("once").isEmpty();
        places.moved(new QueuePlace(WAITING, 7), new QueuePlace(LANE, 0));
        assertThat(looked()).containsExactly(WAITING + " 3 9");
        places.remove(new QueuePlace(WAITING, 9));
        assertThat(looked()).containsExactly(WAITING + " 3 12");
    }

    /** It has come in, and how far the topic is read is told a moment later. */
    @Test
    void aJobBeyondWhatWasPassedMovesNothing() {
        progress.passed(position, Map.of(WAITING, 12L));
        places.add(new QueuePlace(WAITING, 15));
        assertThat(looked()).containsExactly(WAITING + " 3 12");
    }

    @Test
    void itIsSaidAgainEveryMinute() {
        progress.passed(position, Map.of(WAITING, 12L));
        assertThat(looked()).hasSize(1);
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        assertThat(looked()).isEmpty();
        now.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(looked()).hasSize(1);
    }

    /** It does not know yet that its partition has gone to another sink, where all goes on. */
    @Test
    void whatASinkSaysThatStoodStillLastsAMinute() {
        progress.passed(position, Map.of(WAITING, 12L));
        var board = new HashMap<String, Long>();
        var owner = saying(board, progress, order);
        var itsProgress = new FoldProgress();
        var itsOrder = new QueueOrder();
        itsOrder.begin(PROCESSOR).add(new QueuePlace(WAITING, 7));
        var unused = itsProgress.begin(PROCESSOR, 3, Map.of(WAITING, 9L));
        var stoodStill = saying(board, itsProgress, itsOrder);

        owner.look();
        assertThat(board).containsOnly(Map.entry(WAITING + " 3", 12L));
        stoodStill.look();
        assertThat(board).containsOnly(Map.entry(WAITING + " 3", 7L));
        itsProgress.end(PROCESSOR); // it hears of it
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        stoodStill.look();
        owner.look();
        assertThat(board).containsOnly(Map.entry(WAITING + " 3", 12L));
        stoodStill.close();
        owner.close();
    }

    private NeededPlaces saying(
            Map<String, Long> board, FoldProgress itsProgress, QueueOrder itsOrder) {
        return new NeededPlaces(
                (topic, partition, offset) -> board.put(topic + " " + partition, offset),
                () -> List.of(WAITING),
                itsProgress,
                itsOrder,
                now::get);
    }

    @Test
    void whatWasNotAcknowledgedIsSaidAgain() {
        progress.passed(position, Map.of(WAITING, 12L));
        away.set(true);
        assertThat(looked()).isEmpty();
        away.set(false);
        assertThat(looked()).hasSize(1);
    }

    /** Meanwhile another sink may have said something else of it. */
    @Test
    void aPartitionThatComesBackIsSaidAnew() {
        progress.passed(position, Map.of(WAITING, 12L));
        assertThat(looked()).hasSize(1);
        progress.end(PROCESSOR);
        order.end(PROCESSOR);
        assertThat(looked()).isEmpty();
        order.begin(PROCESSOR);
        var unused = progress.begin(PROCESSOR, 3, Map.of(WAITING, 12L));
        assertThat(looked()).containsExactly(WAITING + " 3 12");
    }
}
