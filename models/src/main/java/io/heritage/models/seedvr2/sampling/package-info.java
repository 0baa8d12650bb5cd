/**
 * From noise to a latent. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.sampling.Noise}: the noise of a seed;
 *   <li>{@link io.heritage.models.seedvr2.sampling.LerpSchedule}: timesteps;
 *   <li>{@link io.heritage.models.seedvr2.sampling.Guidance}: classifier-free guidance;
 *   <li>{@link io.heritage.models.seedvr2.sampling.EulerSampler}: the steps.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.sampling;

import org.jspecify.annotations.NullMarked;
