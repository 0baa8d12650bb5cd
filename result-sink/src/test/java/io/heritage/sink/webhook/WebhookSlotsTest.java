package io.heritage.sink.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WebhookSlotsTest {
    private final WebhookSlots slots = new WebhookSlots(16);

    @Test
    void oneHostGetsAQuarterAndOneOwnerHalf() {
        for (int i = 0; i < 4; i++) {
            assertThat(slots.take("alice", "slow.example")).isTrue();
        }
        assertThat(slots.take("alice", "slow.example")).isFalse();
        assertThat(slots.take("bob", "slow.example")).isFalse();
        for (int i = 0; i < 4; i++) {
            assertThat(slots.take("alice", "other.example")).isTrue();
        }
        assertThat(slots.take("alice", "third.example")).isFalse();
        for (int i = 0; i < 8; i++) {
            assertThat(slots.take("bob", "b" + i + ".example")).isTrue();
        }
        assertThat(slots.take("carol", "c.example")).as("all are taken").isFalse();
        slots.giveBack("alice", "slow.example");
        assertThat(slots.take("carol", "c.example")).isTrue();
    }
}
