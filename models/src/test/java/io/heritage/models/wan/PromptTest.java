package io.heritage.models.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.checkpoint.CheckpointMismatch;
import io.heritage.models.wan.text.PromptSegment;
import io.heritage.models.wan.text.PromptTokenizer;
import io.heritage.models.wan.text.PromptTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PromptTest {
    private static final Path MODEL = Path.of("src/test/resources/golden/wan22/tiny_umt5.model");

    @Test
    void aColonThatIsNoEmphasisIsText() {
        assertThat(PromptSegment.parse("(time: noon)"))
                .containsExactly(new PromptSegment("time: noon", 1.1));
        assertThat(PromptSegment.parse("(:2)")).containsExactly(new PromptSegment(":2", 1.1));
        assertThat(PromptSegment.parse("(a:b:0.5)")).containsExactly(new PromptSegment("a:b", 0.5));
        assertThat(PromptSegment.parse("(a:1e9999)"))
                .containsExactly(new PromptSegment("a:1e9999", 1.1));
    }

    @Test
    void bracketsThatDoNotMatchAreText() {
        assertThat(PromptSegment.parse("a) b")).containsExactly(new PromptSegment("a) b", 1));
        assertThat(PromptSegment.parse("()")).isEmpty();
        assertThat(PromptSegment.parse("\\")).containsExactly(new PromptSegment("\\", 1));
    }

    @Test
    void anEndlessPromptOfBracketsIsParsedAndCut() throws IOException {
        String deep = "(".repeat(50_000) + "x" + ")".repeat(50_000);
        assertThat(PromptSegment.parse(deep)).hasSize(1);
        assertThat(PromptSegment.parse("(".repeat(100_000))).hasSize(100_000);
        try (PromptTokenizer tokenizer = tokenizer()) {
            PromptTokens tokens = tokenizer.tokens(PromptSegment.parse("(".repeat(100_000)), 512);
            assertThat(tokens.length()).isEqualTo(512);
            assertThat(tokens.ids()).endsWith(1);
            String many = "word ".repeat(20_000);
            assertThat(tokenizer.tokens(PromptSegment.verbatim(many), 512).length()).isEqualTo(512);
        }
    }

    @Test
    void anythingThatIsTextHasTokens() throws IOException {
        try (PromptTokenizer tokenizer = tokenizer()) {
            for (String odd : new String[] {"\u0000\u0001\u001b", "😀😀", "\ud83d", "\u202e"}) {
                PromptTokens tokens = tokenizer.tokens(PromptSegment.verbatim(odd), 48);
                assertThat(tokens.ids()).endsWith(1);
            }
        }
    }

    @Test
    void bytesThatAreNoTokenizerAreRefused() {
        assertThatThrownBy(() -> PromptTokenizer.of("some.model", new byte[] {1, 2, 3, 4}))
                .isInstanceOf(CheckpointMismatch.class)
                .hasMessageContaining("some.model")
                .hasMessageContaining("SentencePiece");
    }

    private static PromptTokenizer tokenizer() throws IOException {
        return PromptTokenizer.of(MODEL.toString(), Files.readAllBytes(MODEL));
    }
}
