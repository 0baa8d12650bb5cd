package io.heritage.sink.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitingPlacesTest {
    private static final String QUEUE = "heritage.jobs.interpolate.high";

    private final WaitingPlaces places = new WaitingPlaces();

    private static QueuePlace at(long offset) {
        return new QueuePlace(QUEUE, offset);
    }

    /** Submitted in order, begun in about that order, some put back late, some out of order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void howManyWaitBeforeAPlaceIsAlwaysWhatCountingThemTells(long seed) {
        var random = new Random(seed);
        var waiting = new TreeSet<Long>();
        long end = 0;
        for (int step = 0; step < 3_000; step++) {
            int dice = random.nextInt(10);
            if (dice < 5) {
                end += 1 + random.nextInt(3);
                waiting.add(end);
                places.add(at(end));
            } else if (dice < 6) {
                long early = random.nextLong(end + 1);
                waiting.add(early);
                places.add(at(early));
            } else if (!waiting.isEmpty()) {
                long first = dice < 9 ? waiting.getFirst() : waiting.getLast();
                waiting.remove(first);
                places.remove(at(first));
                places.remove(at(first));
            }
            long asked = random.nextLong(end + 2);
            assertThat(places.before(at(asked)))
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(waiting.headSet(asked).size());
        }
        QueueSample all = places.sample(QUEUE, 10_000);
        assertThat(all.offsets()).containsExactlyElementsOf(waiting);
        QueueSample some = places.sample(QUEUE, 8);
        assertThat(some.offsets()).hasSizeLessThanOrEqualTo(8);
        for (long offset : waiting) {
            int exact = waiting.headSet(offset).size();
            assertThat(all.before(offset)).isEqualTo(exact);
            assertThat(some.before(offset)).isBetween(exact, exact + some.step());
        }
    }

    @Test
    void queuesAndPartitionsAreCountedEachOnItsOwnAndTogether() {
        var order = new QueueOrder();
        Object first = new Object();
        Object second = new Object();
        WaitingPlaces there = order.begin(first);
        WaitingPlaces here = order.begin(second);
        there.add(at(1));
        here.add(at(2));
        here.add(new QueuePlace("another", 0));
        here.moved(at(2), at(7));
        assertThat(order.before(at(8))).isEqualTo(2);
        assertThat(order.before(at(7))).isEqualTo(1);
        assertThat(order.samples(QUEUE))
                .extracting(QueueSample::offsets)
                .containsExactlyInAnyOrder(List.of(1L), List.of(7L));
        here.moved(at(7), null);
        order.end(first);
        assertThat(order.before(at(8))).isZero();
        assertThat(order.samples("unheard-of")).isEmpty();
    }
}
