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
}
