/**
 * From noise to a latent; docs/spec/wan22.md, sections 1.5, 8 and 9. In the order a job meets the
 * types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.sampling.TorchGenerator}: draws the noise of a seed;
 *   <li>{@link io.heritage.models.wan.sampling.SolverKind}: names of the solvers;
 *   <li>{@link io.heritage.models.wan.sampling.SigmaTable}: how much noise is left at each step;
 *   <li>{@link io.heritage.models.wan.sampling.LogSnr}: its signal-to-noise ratio;
 *   <li>{@link io.heritage.models.wan.sampling.Expert}: high noise or low noise;
 *   <li>{@link io.heritage.models.wan.sampling.ExpertSplit}: which expert computes a step;
 *   <li>{@link io.heritage.models.wan.sampling.Sampler}: walks the steps;
 *   <li>{@link io.heritage.models.wan.sampling.Solver}: computes a step;
 *   <li>{@link io.heritage.models.wan.sampling.EulerSolver}: of first order;
 *   <li>{@link io.heritage.models.wan.sampling.UniPcSolver}: predictor and corrector;
 *   <li>{@link io.heritage.models.wan.sampling.DpmSolver}: of second order;
 *   <li>{@link io.heritage.models.wan.sampling.LatentSums}: weighted sums of latents.
 * </ol>
 *
 * <p>One thread at a time.
 */
@NullMarked
package io.heritage.models.wan.sampling;

import org.jspecify.annotations.NullMarked;
