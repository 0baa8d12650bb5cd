/**
 * From a prompt to the rows that the experts attend to; docs/spec/wan22.md, section 4. In the order
 * a prompt meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.text.PromptCleaning}: normalises the text, if asked;
 *   <li>{@link io.heritage.models.wan.text.PromptSegment}: a part of a prompt with its emphasis;
 *   <li>{@link io.heritage.models.wan.text.PromptTokenizer}: splits segments into tokens;
 *   <li>{@link io.heritage.models.wan.text.PromptTokens}: token ids with their weights;
 *   <li>{@link io.heritage.models.wan.text.Umt5Layout}: sizes of the encoder, and the keys of its
 *       checkpoint;
 *   <li>{@link io.heritage.models.wan.text.RelativeBuckets}: buckets of its relative positions;
 *   <li>{@link io.heritage.models.wan.text.EmbeddingTable}: its rows of embeddings, read from the
 *       file as needed;
 *   <li>{@link io.heritage.models.wan.text.Umt5}: the encoder;
 *   <li>{@link io.heritage.models.wan.text.PromptEncoder}: all of these in one call.
 * </ol>
 *
 * <p>One thread at a time. A foreign checkpoint or tokenizer is a {@code CheckpointMismatch}.
 */
@NullMarked
package io.heritage.models.wan.text;

import org.jspecify.annotations.NullMarked;
