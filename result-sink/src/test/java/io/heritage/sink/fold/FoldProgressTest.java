package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.sink.fold.FoldProgress.Behind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A sink that stood still (SIGSTOP, a machine that was suspended) does not know what it missed. */
class FoldProgressTest {
    private long now;
    private final FoldProgress progress = new FoldProgress(() -> now);

    @BeforeEach
    void oneIsHereAndCaughtUp() throws Exception {
        progress.tick();
        var unused = progress.begin(this, 3, Map.of());
        progress.caughtUp(behind());
    }

    private Behind behind() throws InterruptedException {
        return progress.awaitBehind().iterator().next();
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void ticksThatComeInTimeLeaveItCaughtUp() {
        for (int i = 0; i < 30; i++) {
            pass(Duration.ofMillis(900));
            progress.tick();
            assertThat(progress.isCaughtUp(3)).isTrue();
        }
        assertThat(progress.isCaughtUp()).isTrue();
    }

    @Test
    void afterAStandstillNothingIsAnsweredBeforeTheEndsAreKnownAnew() throws Exception {
        pass(Duration.ofSeconds(20));
        assertThat(progress.isCaughtUp(3)).as("before the first tick").isFalse();
        assertThat(progress.isCaughtUp()).isFalse();

        progress.tick();
        assertThat(progress.isCaughtUp(3)).as("after it").isFalse();

        progress.caughtUp(behind());
        assertThat(progress.isCaughtUp(3)).isTrue();
        assertThat(progress.isCaughtUp()).isTrue();
    }

    @Test
    void whatWasAskedBeforeTheStandstillDoesNotCountAfterIt() throws Exception {
        var unused = progress.begin("another", 4, Map.of());
        Behind asked = behind();
        pass(Duration.ofSeconds(20));
        progress.tick();

        progress.caughtUp(asked);

        assertThat(progress.isCaughtUp(4)).isFalse();
    }
}
