/**
 * Comparison of networks with reference tensors. In the order a case meets them: {@link
 * io.heritage.golden.GoldenRunner} finds {@code NAME.json}, {@link
 * io.heritage.golden.GoldenVectors} opens it with its tensors, the {@link
 * io.heritage.golden.GoldenCase} registered for its name ({@code RifeGoldens}, {@code
 * SeedVr2Goldens}, {@code WanGoldens}) runs the network, {@link io.heritage.golden.OutputCheck}
 * compares {@code GoldenTensor}s within a {@link io.heritage.golden.Tolerance}; {@link
 * io.heritage.golden.GoldenResult} is the line to print and {@link io.heritage.golden.GoldenTotals}
 * the sum.
 *
 * <p>A case that cannot be run fails with its reason; nothing but an {@code Error} ends the runner.
 *
 * <p>Beside these: {@code GoldenTensors}, {@code SeedVr2ClipGoldens}, {@code SeedVr2DitGoldens},
 * {@code SeedVr2PixelGoldens}, {@code SeedVr2RuleGoldens}, {@code SeedVr2VaeGoldens}, {@code
 * WanDitGoldens}, {@code WanPipelineGoldens}, {@code WanSamplingGoldens}, {@code WanTextGoldens},
 * {@code WanVaeGoldens}, {@code WanWeightGoldens}.
 */
@NullMarked
package io.heritage.golden;

import org.jspecify.annotations.NullMarked;
