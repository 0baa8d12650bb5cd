/**
 * From a prompt to the rows that the experts attend to; docs/spec/wan22.md, section 4. In the order
 * a prompt meets them: {@link io.heritage.models.wan.text.PromptCleaning} is optional, {@link
 * io.heritage.models.wan.text.PromptSegment} is a part of one emphasis, {@link
 * io.heritage.models.wan.text.PromptTokenizer} makes {@link
 * io.heritage.models.wan.text.PromptTokens} of them, {@link io.heritage.models.wan.text.Umt5} with
 * its {@link io.heritage.models.wan.text.Umt5Layout}, {@link
 * io.heritage.models.wan.text.RelativeBuckets} and {@code EmbeddingTable} encodes those; {@link
 * io.heritage.models.wan.text.PromptEncoder} is all of it.
 *
 * <p>One thread at a time. A foreign checkpoint or tokenizer is a {@code CheckpointMismatch}.
 */
@NullMarked
package io.heritage.models.wan.text;

import org.jspecify.annotations.NullMarked;
