/**
 * Memory and operations that a clip needs. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.memory.MemoryEstimate}: bytes of each stage;
 *   <li>{@link io.heritage.models.seedvr2.memory.MemoryPlan}: slices and tiles that fit;
 *   <li>{@link io.heritage.models.seedvr2.memory.RestoreFlops}: floating point operations of each
 *       stage.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.memory;

import org.jspecify.annotations.NullMarked;
