/**
 * The CUDA build of libtorch, which Maven Central does not have. In the order an installation meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.gpu.CudaInstall}: brings the libraries into a folder, with
 *       the code of {@code standalone.download};
 *   <li>{@link io.heritage.standalone.gpu.Wheel}: a pinned package that has some of them;
 *   <li>{@link io.heritage.standalone.gpu.WheelLibraries}: unpacks these;
 *   <li>{@link io.heritage.standalone.gpu.CudaFolder}: the folder, which the launcher {@code
 *       heritage} looks for;
 *   <li>{@link io.heritage.standalone.gpu.InstallFailed}: what another try does not change;
 *   <li>{@link io.heritage.standalone.gpu.GpuReport}: what is installed, what will run where, and
 *       what to do.
 * </ol>
 *
 * <p>Blocking calls on the caller's thread, which may be interrupted or killed at any time: the
 * next installation goes on.
 */
@NullMarked
package io.heritage.standalone.gpu;

import org.jspecify.annotations.NullMarked;
