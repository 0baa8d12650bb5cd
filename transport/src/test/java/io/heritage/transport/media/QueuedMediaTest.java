package io.heritage.transport.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.MediaRef;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueuedMediaTest {
    private final QueuedMedia media = new QueuedMedia();

    @Test
    void whatALaterJobNeedsCountsEvenWhereItBeginsEarlier() {
        media.submitted("high", 0, List.of(at(0, 5000)));
        media.submitted("high", 1, List.of(at(0, 1000)));
        assertThat(media.firstNeeded(0)).hasValue(1000);
        media.finishedBefore("high", 1);
        assertThat(media.firstNeeded(0)).hasValue(1000);
        media.finishedBefore("high", 2);
        assertThat(media.firstNeeded(0)).isEmpty();
    }

    @Test
    void queuesAndPartitionsAreApart() {
        media.submitted("high", 7, List.of(at(0, 900), at(1, 30)));
        media.submitted("low", 0, List.of(at(0, 400)));
        media.finishedBefore("high", 8);
        assertThat(media.firstNeeded(0)).hasValue(400);
        assertThat(media.firstNeeded(1)).isEmpty();
    }

    @Test
    void aJobIsNeededAsLongAsOneThatBeginsBesideIt() {
        media.submitted("high", 0, List.of(at(0, 100)));
        media.submitted("high", 1, List.of(at(0, 110)));
        media.submitted("high", 2, List.of(at(0, 500)));
        media.finishedBefore("high", 1);
        assertThat(media.firstNeeded(0)).hasValue(100);
        media.finishedBefore("high", 2);
        assertThat(media.firstNeeded(0)).hasValue(500);
    }

    private static MediaRef at(int partition, long offset) {
        return new MediaRef.InKafka(
                "heritage.media", partition, offset, offset, "k", "p", 1, 1, "", "image/png");
    }
}
