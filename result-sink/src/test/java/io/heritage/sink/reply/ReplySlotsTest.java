package io.heritage.sink.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReplySlotsTest {
    private final ReplySlots slots = new ReplySlots(4);

    @Test
    void oneOwnerGetsNoMoreThanHalf() throws Exception {
        assertThat(slots.take("alice", Duration.ZERO)).isTrue();
        assertThat(slots.take("alice", Duration.ZERO)).isTrue();
        assertThat(slots.take("alice", Duration.ZERO)).isFalse();
        assertThat(slots.take("bob", Duration.ZERO)).isTrue();
        assertThat(slots.take("carol", Duration.ZERO)).isTrue();
        assertThat(slots.take("dave", Duration.ZERO)).as("all are taken").isFalse();
        slots.giveBack("alice");
        assertThat(slots.take("dave", Duration.ZERO)).isTrue();
    }

    /** The fault: with a small heap, one owner's replies that nobody took had all readers. */
    @Test
    void oneOwnerLeavesReadersToOthersAlsoWhereTheyAreFewerThanTheSlots() throws Exception {
        var few = new ReplySlots(64, 16);
        for (int i = 0; i < 14; i++) {
            assertThat(few.take("mallory", Duration.ZERO)).isTrue();
        }
        assertThat(few.take("mallory", Duration.ZERO)).isFalse();
        assertThat(few.take("alice", Duration.ZERO)).isTrue();
        assertThat(few.take("bob", Duration.ZERO)).isTrue();
        assertThat(few.take("carol", Duration.ZERO)).as("no reader is left").isFalse();
    }

    @Test
    void oneSlotIsForWhoeverComes() throws Exception {
        assertThat(new ReplySlots(1, 1).take("alice", Duration.ZERO)).isTrue();
        assertThat(new ReplySlots(64, 2).take("alice", Duration.ZERO)).isTrue();
    }
}
