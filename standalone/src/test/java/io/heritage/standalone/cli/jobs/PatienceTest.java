package io.heritage.standalone.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.standalone.client.Server;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private Instant now = Instant.EPOCH;
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Patience patience = new Patience(notes::add, this::pass, () -> now);

    private void pass(Duration time) {
        pauses.add(time);
        now = now.plus(time);
    }

    /** Nothing listens on port 9. */
    private static Object unreachable() throws IOException, InterruptedException {
        try (Server nobody = Server.at("http://127.0.0.1:9", Optional.empty())) {
            return nobody.endpoints();
        }
    }

    @Test
    void aServerThatStaysAwayIsGivenUpAfterTwoMinutes() {
        assertThatThrownBy(() -> patience.ask(PatienceTest::unreachable))
                .hasMessageContaining("nothing answers at");

        assertThat(Duration.between(Instant.EPOCH, now)).isEqualTo(Duration.ofMinutes(2));
        assertThat(pauses)
                .startsWith(Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(2))
                .allMatch(pause -> pause.compareTo(Duration.ofSeconds(15)) <= 0);
        assertThat(notes).hasSameSizeAs(pauses).allMatch(note -> note.contains("asking again in"));
    }

    @Test
    void whatTheServerSaysIsNotAskedForAgain() {
        assertThatThrownBy(() ->
                        patience.ask(() -> {
                            throw new IOException("the disk is full");
                        }))
                .hasMessage("the disk is full");

        assertThat(pauses).isEmpty();
    }
}
