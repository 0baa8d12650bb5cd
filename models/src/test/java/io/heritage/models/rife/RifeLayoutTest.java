package io.heritage.models.rife;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RifeLayoutTest {
    @Test
    void theKeysAreThoseOfThePublishedCheckpoint() throws IOException {
        List<String> published = Files.readAllLines(Path.of("src/test/resources/keys-rife47.txt"));
        var layout = new RifeLayout(List.of(192L, 128L, 96L, 64L));
        assertThat(
                        layout.shapes().entrySet().stream()
                                .map(e ->
                                        e.getKey()
                                                + " "
                                                + e.getValue().toString().replace(" ", "")))
                .containsExactlyInAnyOrderElementsOf(published);
    }

    @Test
    void workIsCountedFromShapes() {
        // 35.69 GFLOP with the two channels that are not used and the features of both frames
        RifeFlops work = RifeFlops.of(640, 640);
        assertThat(work.perFrame() / 1e9).isBetween(34.0, 35.69);
        assertThat(RifeFlops.of(640, 360)).isEqualTo(RifeFlops.of(640, 384));
    }
}
