/**
 * Comparison of networks with reference tensors. In the order a case meets them: {@link
 * io.heritage.models.golden.GoldenRunner} finds {@code NAME.json}, {@link
 * io.heritage.models.golden.GoldenVectors} opens it with its tensors, the {@link
 * io.heritage.models.golden.GoldenCase} registered for its name ({@code RifeGoldens}, {@code
 * SeedVr2Goldens}, {@code WanGoldens}) runs the network, {@link
 * io.heritage.models.golden.OutputCheck} compares {@code GoldenTensor}s within a {@link
 * io.heritage.models.golden.Tolerance}; {@link io.heritage.models.golden.GoldenResult} is the line
 * to print and {@link io.heritage.models.golden.GoldenTotals} the sum.
 *
 * <p>A case that cannot be run fails with its reason; nothing but an {@code Error} ends the runner.
 */
@NullMarked
package io.heritage.models.golden;

import org.jspecify.annotations.NullMarked;
