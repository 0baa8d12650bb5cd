package io.heritage.models.wan.text;

import java.util.List;

/**
 * The encoder's input for a prompt.
 *
 * @param ids the last is the end token
 * @param weights of emphasis, one an id
 */
public record PromptTokens(List<Integer> ids, List<Double> weights) {
    public PromptTokens {
        ids = List.copyOf(ids);
        weights = List.copyOf(weights);
        if (ids.isEmpty() || ids.size() != weights.size()) {
            throw new IllegalArgumentException(
                    "%d token ids and %d weights; expected at least one id, and one weight for each"
                            .formatted(ids.size(), weights.size()));
        }
    }

    /** The end token included. */
    public int length() {
        return ids.size();
    }

    boolean isEmphasised() {
        return weights.stream().anyMatch(weight -> weight != 1);
    }
}
