/**
 * TorchScript on DJL. In the order a network meets them: {@link
 * io.heritage.models.torch.TorchOptions} with a {@link io.heritage.models.torch.Device} say where;
 * {@code LibtorchInstallation} checks the native library, {@code LibtorchEnvironment} sets what it
 * reads when it is loaded and {@link io.heritage.models.torch.TorchRuntime} loads it, or says what
 * is missing with the help of {@link io.heritage.models.torch.NvidiaDriver}; {@link
 * io.heritage.models.torch.CudaDevice} and {@link io.heritage.models.torch.GpuMemory} are what the
 * CUDA runtime tells then; {@code TorchScriptArchive} wraps the text of a network, {@link
 * io.heritage.models.torch.TorchScript} is it compiled; {@link
 * io.heritage.models.torch.TensorScope} owns the native memory of a step and calls the network;
 * {@link io.heritage.models.torch.FloatTensor} is a result on the heap.
 *
 * <p>Calls run on the calling thread, which has called {@code enterThread} once, and on libtorch's
 * own. {@link io.heritage.models.torch.TorchUnavailable} means no network can run here; {@link
 * io.heritage.models.torch.OutOfDeviceMemory} that this step cannot.
 *
 * <p>Beside these: {@code GpuMemory}, {@code RollingScope}.
 */
@NullMarked
package io.heritage.models.torch;

import org.jspecify.annotations.NullMarked;
