/**
 * SeedVR2 restores images and video. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.SeedVr2Variant}: the published models;
 *   <li>{@link io.heritage.models.seedvr2.SeedVr2Files}: finds their files;
 *   <li>{@link io.heritage.models.seedvr2.SeedVr2Tiny}: writes small ones with random weights;
 *   <li>{@link io.heritage.models.seedvr2.SeedVr2}: the networks, resident on a device;
 *   <li>{@link io.heritage.models.seedvr2.FrameSource}: gives frames of a video;
 *   <li>{@link io.heritage.models.seedvr2.VideoRestorer}: takes a video chunk by chunk through one
 *       or several devices;
 *   <li>{@link io.heritage.models.seedvr2.TemporalChunks}: lengths of chunks and what they share;
 *   <li>{@link io.heritage.models.seedvr2.ChunkSource}: cuts them;
 *   <li>{@link io.heritage.models.seedvr2.SharedStop}: ends all devices when one fails;
 *   <li>{@link io.heritage.models.seedvr2.MemoryFallbacks}: tries a chunk that ran out of memory
 *       again with less;
 *   <li>{@link io.heritage.models.seedvr2.ChunkOrder}: brings chunks of several devices into order;
 *   <li>{@link io.heritage.models.seedvr2.HeldFrames}: frames that the next chunk is blended with;
 *   <li>{@link io.heritage.models.seedvr2.ChunkOutput}: lets finished frames out;
 *   <li>{@link io.heritage.models.seedvr2.Restored}: what is said of the result.
 * </ol>
 *
 * <p>Rooms: {@code weights} what is read from files, {@code frame} pixels and sizes, {@code clip}
 * one clip through all networks, {@code vae}, {@code sampling} and {@code dit} the networks, {@code
 * memory} what they need.
 *
 * <p>One thread at a time uses a model; {@link io.heritage.models.seedvr2.SeedVr2.Replica}s on
 * other devices have their own. A foreign checkpoint is a {@code CheckpointMismatch}, too large a
 * clip an {@code OutOfDeviceMemory}, a stopped one a {@code PipelineCancelled}.
 */
@NullMarked
package io.heritage.models.seedvr2;

import org.jspecify.annotations.NullMarked;
