/**
 * The video VAE. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.vae.VaeLayout}: sizes, and the keys of its checkpoint;
 *   <li>{@link io.heritage.models.seedvr2.vae.Tiling}: tiles of a frame;
 *   <li>{@link io.heritage.models.seedvr2.vae.VaeSlice}: slices of a clip;
 *   <li>{@link io.heritage.models.seedvr2.vae.Vae}: the network;
 *   <li>{@link io.heritage.models.seedvr2.vae.ClipVae}: a clip slice by slice and tile by tile.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.vae;

import org.jspecify.annotations.NullMarked;
