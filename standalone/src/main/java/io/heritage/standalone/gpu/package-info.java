/**
 * The CUDA build of libtorch, which Maven Central does not have. In the order an installation meets
 * them: {@code Wheel} is what is pinned; {@link io.heritage.standalone.gpu.CudaInstall} fetches a
 * wheel with the code of {@code standalone.download}, {@code WheelLibraries} unpacks it into a
 * {@link io.heritage.standalone.gpu.CudaFolder}, which the launcher {@code heritage} looks for.
 * {@link io.heritage.standalone.gpu.GpuReport} says what comes of it on this machine.
 *
 * <p>Blocking calls on the caller's thread, which may be interrupted or killed at any time: the
 * next installation goes on. {@link io.heritage.standalone.gpu.InstallFailed} is what another try
 * does not change.
 */
@NullMarked
package io.heritage.standalone.gpu;

import org.jspecify.annotations.NullMarked;
