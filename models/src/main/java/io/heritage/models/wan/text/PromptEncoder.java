package io.heritage.models.wan.text;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.wan.text.Umt5.LayerListener;
import java.util.List;

/**
 * Encodes prompts as the rows that experts attend to.
 *
 * @param longest tokens of a prompt, the end token included: 512
 * @param parsesEmphasis whether brackets emphasise or are text
 */
public record PromptEncoder(
        PromptTokenizer tokenizer,
        Umt5 network,
        int longest,
        boolean parsesEmphasis,
        PromptCleaning cleaning) {
    public PromptTokens tokens(String prompt) {
        String clean = cleaning.clean(prompt);
        return tokenizer.tokens(
                parsesEmphasis ? PromptSegment.parse(clean) : PromptSegment.verbatim(clean),
                longest);
    }

    /**
     * @return [n, D] float32 for the n tokens of the prompt; the rows behind them are zero
     */
    public IValue encode(TensorScope scope, String prompt, LayerListener listener) {
        return encode(scope, tokens(prompt), listener);
    }

    public IValue encode(TensorScope scope, PromptTokens tokens, LayerListener listener) {
        if (!tokens.isEmphasised()) {
            return network.encode(scope, tokens.ids(), listener);
        }
        try (TensorScope own = network.newScope()) {
            IValue rows = network.encode(own, tokens.ids(), listener);
            PromptTokens nothing = tokenizer.tokens(List.of(), longest);
            IValue empty = network.encode(own, nothing.ids(), listener);
            return network.emphasised(scope, rows, tokens.weights(), empty);
        }
    }
}
