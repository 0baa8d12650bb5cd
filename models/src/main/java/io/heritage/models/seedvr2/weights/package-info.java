/**
 * Data from published files. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.weights.WeightLoader}: weights of a network on the
 *       device;
 *   <li>{@link io.heritage.models.seedvr2.weights.TextEmbedding}: the two published embeddings of
 *       prompts.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.weights;

import org.jspecify.annotations.NullMarked;
