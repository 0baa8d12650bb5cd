package io.heritage.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OutputFactsTest {
    private static final MediaRef.InKafka PIECE =
            new MediaRef.InKafka(
                    "heritage.media", 0, 1, 2, "k", "up/a b.mp4", 1, 3, "ab", "video/mp4");

    @Test
    void aFileHasItsNameTypeSizeAndHash() {
        assertThat(OutputFacts.of(PIECE).toString())
                .isEqualTo(
                        "{\"filename\":\"a_b.mp4\",\"type\":\"video/mp4\",\"size\":3,\"sha256\":\"ab\"}");
    }

    /** Media that came in pieces; an empty hash would be taken for one. */
    @Test
    void aHashThatNobodyKnowsIsLeftOut() {
        var joined = new MediaRef.Joined(List.of(PIECE, PIECE), "", "video/mp4");
        assertThat(OutputFacts.of(joined).has("sha256")).isFalse();
        assertThat(OutputFacts.of(joined).path("size").asLong()).isEqualTo(6);
    }
}
