/**
 * From noise to a latent; spec wan22.md, sections 1.5, 8 and 9. {@link
 * io.heritage.models.wan.sampling.TorchGenerator} draws the noise, {@link
 * io.heritage.models.wan.sampling.SigmaTable} of a {@link
 * io.heritage.models.wan.sampling.SolverKind} says how much of it is left at each step, {@link
 * io.heritage.models.wan.sampling.ExpertSplit} which expert computes the step; {@link
 * io.heritage.models.wan.sampling.Sampler} walks, each step being a {@code Solver}'s ({@code
 * EulerSolver}, {@code UniPcSolver}, {@code DpmSolver}) sum of latents from {@code LatentSums}.
 *
 * <p>One thread at a time.
 *
 * <p>Beside these: {@code Expert}, {@code LogSnr}.
 */
@NullMarked
package io.heritage.models.wan.sampling;

import org.jspecify.annotations.NullMarked;
