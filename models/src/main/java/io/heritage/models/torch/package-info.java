/**
 * TorchScript on DJL. In the order a network meets the types:
 *
 * <ol>
 *   <li>{@link io.heritage.models.torch.TorchOptions}: which device, how many threads;
 *   <li>{@link io.heritage.models.torch.Device}: the CPU, or a CUDA device;
 *   <li>{@link io.heritage.models.torch.LibtorchInstallation}: checks the native libraries;
 *   <li>{@link io.heritage.models.torch.NvidiaDriver}: what Linux tells of GPUs without any
 *       library;
 *   <li>{@link io.heritage.models.torch.CudaDevice}: a GPU as the CUDA runtime tells it;
 *   <li>{@link io.heritage.models.torch.LibtorchEnvironment}: variables that the libraries read
 *       when they are loaded;
 *   <li>{@link io.heritage.models.torch.TorchRuntime}: loads the libraries and opens scopes;
 *   <li>{@link io.heritage.models.torch.TorchUnavailable}: no network can run here;
 *   <li>{@link io.heritage.models.torch.Precision}: number type of a network;
 *   <li>{@link io.heritage.models.torch.TorchScriptArchive}: wraps the text of a network as a file
 *       that libtorch loads;
 *   <li>{@link io.heritage.models.torch.TorchScript}: a compiled network;
 *   <li>{@link io.heritage.models.torch.TensorScope}: owns the native memory of a step and calls
 *       networks;
 *   <li>{@link io.heritage.models.torch.RollingScope}: a chain of steps, of which only the last
 *       result is kept;
 *   <li>{@link io.heritage.models.torch.FloatTensor}: a result on the heap;
 *   <li>{@link io.heritage.models.torch.GpuMemory}: total and free memory of a device;
 *   <li>{@link io.heritage.models.torch.OutOfDeviceMemory}: a step needs more memory than there is.
 * </ol>
 *
 * <p>Calls run on the calling thread, which has called {@code enterThread} once, and on the threads
 * of libtorch.
 */
@NullMarked
package io.heritage.models.torch;

import org.jspecify.annotations.NullMarked;
