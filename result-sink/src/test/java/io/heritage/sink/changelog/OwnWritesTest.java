package io.heritage.sink.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.sink.changelog.OwnWrites.Range;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OwnWritesTest {
    private final OwnWrites writes = new OwnWrites();

    private void write(long from, long end) {
        LongStream.range(from, end)
                .forEach(offset -> {
                    writes.sending();
                    writes.acknowledged(offset);
                });
    }

    @Test
    void whatLiesBetweenOwnRecordsIsOfOthers() {
        write(10, 20);
        write(23, 30);
        assertThat(writes.others(10, 30)).containsExactly(new Range(20, 23));
        assertThat(writes.others(8, 32))
                .containsExactly(new Range(8, 10), new Range(20, 23), new Range(30, 32));
        assertThat(writes.others(12, 18)).isEmpty();
        assertThat(writes.others(15, 22)).containsExactly(new Range(20, 22));
    }

    @Test
    void withoutOwnRecordsAllAreOfOthers() {
        assertThat(writes.others(3, 5)).containsExactly(new Range(3, 5));
        assertThat(writes.others(5, 5)).isEmpty();
    }

    @Test
    void whatWasLookedAtIsForgottenAndTheRestStays() {
        write(10, 20);
        write(25, 30);
        writes.forget(15);
        assertThat(writes.others(15, 30)).containsExactly(new Range(20, 25));
        writes.forget(27);
        assertThat(writes.others(27, 30)).isEmpty();
        write(30, 40);
        assertThat(writes.others(27, 40)).isEmpty();
    }

    @Test
    void writesAreSettledOnceTheyAreAcknowledgedOrHaveFailed() {
        writes.sending();
        writes.sending();
        long sent = writes.sent();
        writes.acknowledged(7);
        assertThat(writes.areSettled(sent)).isFalse();
        writes.failed();
        assertThat(writes.areSettled(sent)).isTrue();
    }
}
