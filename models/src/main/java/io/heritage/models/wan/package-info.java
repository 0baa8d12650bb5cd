/**
 * Wan2.2 I2V A14B makes a video between two images; docs/spec/wan22.md. In the order a job meets
 * the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.wan.WanFileNames}: names of the files in a model folder;
 *   <li>{@link io.heritage.models.wan.WanFiles}: finds them;
 *   <li>{@link io.heritage.models.wan.WanTiny}: writes small ones with random weights;
 *   <li>{@link io.heritage.models.wan.TinyFile}: one of those;
 *   <li>{@link io.heritage.models.wan.WanSettings}: how the networks are run;
 *   <li>{@link io.heritage.models.wan.Float8Products}: where products in 8 bits can run;
 *   <li>{@link io.heritage.models.wan.WanInterpolation}: the pipeline;
 *   <li>{@link io.heritage.models.wan.OpenFiles}: maps and checks the files;
 *   <li>{@link io.heritage.models.wan.WanNetworks}: loads networks and keeps them on the device;
 *   <li>{@link io.heritage.models.wan.Residency}: how much of them stays there;
 *   <li>{@link io.heritage.models.wan.WanMemoryEstimate}: memory of a video;
 *   <li>{@link io.heritage.models.wan.DoesNotFit}: a video needs more than there is;
 *   <li>{@link io.heritage.models.wan.WeightPrefetch}: reads the weights of the next expert ahead;
 *   <li>{@link io.heritage.models.wan.InterpolationRequest}: the images, sizes and prompts of one
 *       video;
 *   <li>{@link io.heritage.models.wan.PromptRows}: encoded prompts, kept for the next video;
 *   <li>{@link io.heritage.models.wan.Denoiser}: from noise to a latent;
 *   <li>{@link io.heritage.models.wan.ExpertGuidance}: classifier-free guidance of the two experts;
 *   <li>{@link io.heritage.models.wan.FrameStream}: decoded pictures to finished frames, with RIFE
 *       between them.
 * </ol>
 *
 * <p>Rooms: {@code weights} reads published files, {@code text} encodes prompts, {@code vae} is for
 * images and latents, {@code dit} is an expert, {@code sampling} the steps from noise to a latent.
 *
 * <p>One thread at a time. A foreign checkpoint is a {@code CheckpointMismatch}, a stopped video a
 * {@code PipelineCancelled}.
 */
@NullMarked
package io.heritage.models.wan;

import org.jspecify.annotations.NullMarked;
