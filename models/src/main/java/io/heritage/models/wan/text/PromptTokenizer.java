package io.heritage.models.wan.text;

import ai.djl.sentencepiece.SpTokenizer;
import io.heritage.models.checkpoint.CheckpointMismatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** SentencePiece with the model that comes with the text encoder, its normaliser included. */
public final class PromptTokenizer implements AutoCloseable {
    private static final int END = 1;

    /**
     * An id stands for at least one character, unless it is a byte; longer text cannot change the
     * first ids.
     */
    private static final int LONGEST_PIECE = 64;

    private final SpTokenizer sentencePiece;

    private PromptTokenizer(SpTokenizer sentencePiece) {
        this.sentencePiece = sentencePiece;
    }

    /**
     * @param file for messages
     * @param model the bytes of a {@code spiece.model}
     * @throws CheckpointMismatch if they are something else
     */
    public static PromptTokenizer of(String file, byte[] model) {
        System.setProperty("ai.djl.offline", "true");
        try {
            return new PromptTokenizer(new SpTokenizer(model));
        } catch (RuntimeException e) {
            var mismatch =
                    new CheckpointMismatch(
                            file, "tokenizer", "a SentencePiece model", "something else");
            mismatch.initCause(e);
            throw mismatch;
        }
    }

    /**
     * Ids of each segment on its own, then the end token.
     *
     * @param longest ids, the end token included; of more the first are kept
     */
    public PromptTokens tokens(List<PromptSegment> segments, int longest) {
        List<Integer> ids = new ArrayList<>();
        List<Double> weights = new ArrayList<>();
        for (PromptSegment segment : segments) {
            for (int id : ids(segment.text(), longest - ids.size())) {
                ids.add(id);
                weights.add(segment.weight());
            }
            if (ids.size() >= longest) {
                break;
            }
        }
        int kept = Math.min(ids.size(), longest - 1);
        ids.subList(kept, ids.size()).clear();
        weights.subList(kept, weights.size()).clear();
        Collections.addAll(ids, END);
        Collections.addAll(weights, 1.0);
        return new PromptTokens(ids, weights);
    }

    /**
     * Cuts a long text well after the part that can matter: the library's time grows with the
     * length.
     */
    private int[] ids(String text, int wanted) {
        int end = Math.min(text.length(), Math.max(1, wanted) * LONGEST_PIECE);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return sentencePiece.getProcessor().encode(text.substring(0, end));
    }

    @Override
    public void close() {
        sentencePiece.close();
    }
}
