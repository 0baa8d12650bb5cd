/**
 * The diffusion transformer. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.dit.DitLayout}: sizes, and the keys of its checkpoint;
 *   <li>{@link io.heritage.models.seedvr2.dit.TokenGrid}: tokens of a latent;
 *   <li>{@link io.heritage.models.seedvr2.dit.WindowPartition}: cuts the grid into attention
 *       windows;
 *   <li>{@link io.heritage.models.seedvr2.dit.Window}: one of them;
 *   <li>{@link io.heritage.models.seedvr2.dit.WindowOrder}: order of the tokens in windows;
 *   <li>{@link io.heritage.models.seedvr2.dit.Rope}: rotary position embedding;
 *   <li>{@link io.heritage.models.seedvr2.dit.WindowPlan}: the windows of one grid;
 *   <li>{@link io.heritage.models.seedvr2.dit.WindowPlans}: keeps plans;
 *   <li>{@link io.heritage.models.seedvr2.dit.Dit}: the network;
 *   <li>{@link io.heritage.models.seedvr2.dit.DitBlocks}: its blocks, on the device or the host;
 *   <li>{@link io.heritage.models.seedvr2.dit.DitBlock}: one block.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.dit;

import org.jspecify.annotations.NullMarked;
