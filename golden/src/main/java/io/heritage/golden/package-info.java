/**
 * Comparison of networks with reference tensors. In the order a case meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.golden.GoldenRunner}: finds {@code NAME.json} and runs its case;
 *   <li>{@link io.heritage.golden.GoldenVectors}: the case with its tensors;
 *   <li>{@link io.heritage.golden.GoldenKind}: cases that are run alike, by the stem of their
 *       names;
 *   <li>{@link io.heritage.golden.GoldenCase}: runs them;
 *   <li>{@link io.heritage.golden.SeedVr2Goldens}: the cases of SeedVR2;
 *   <li>{@link io.heritage.golden.SeedVr2RuleGoldens}: its rules without tensors;
 *   <li>{@link io.heritage.golden.SeedVr2PixelGoldens}: its pixels before and after the networks;
 *   <li>{@link io.heritage.golden.SeedVr2VaeGoldens}: its VAE;
 *   <li>{@link io.heritage.golden.SeedVr2DitGoldens}: its transformer;
 *   <li>{@link io.heritage.golden.SeedVr2ClipGoldens}: a clip through all of it;
 *   <li>{@link io.heritage.golden.WanGoldens}: the cases of Wan2.2;
 *   <li>{@link io.heritage.golden.WanWeightGoldens}: its published files;
 *   <li>{@link io.heritage.golden.WanTextGoldens}: its text encoder;
 *   <li>{@link io.heritage.golden.WanVaeGoldens}: its VAE;
 *   <li>{@link io.heritage.golden.WanDitGoldens}: its experts;
 *   <li>{@link io.heritage.golden.WanSamplingGoldens}: its noise and solvers;
 *   <li>{@link io.heritage.golden.WanPipelineGoldens}: a video through all of it;
 *   <li>{@link io.heritage.golden.RifeGoldens}: the cases of RIFE;
 *   <li>{@link io.heritage.golden.GoldenTensors}: inputs of a case on the device;
 *   <li>{@link io.heritage.golden.GoldenTensor}: elements to compare;
 *   <li>{@link io.heritage.golden.Tolerance}: how far an element may be off;
 *   <li>{@link io.heritage.golden.OutputCheck}: one output against its reference;
 *   <li>{@link io.heritage.golden.GoldenResult}: what became of a case, as a line to print;
 *   <li>{@link io.heritage.golden.GoldenTotals}: the sum over all cases.
 * </ol>
 *
 * <p>A case that cannot be run fails with its reason; only an {@code Error} ends the runner.
 */
@NullMarked
package io.heritage.golden;

import org.jspecify.annotations.NullMarked;
