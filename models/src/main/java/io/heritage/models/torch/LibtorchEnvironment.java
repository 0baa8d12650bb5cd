package io.heritage.models.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;

/**
 * Variables that libtorch and the CUDA libraries read when they are loaded; there is no other way
 * to set them.
 *
 * <ul>
 *   <li>{@code OMP_WAIT_POLICY=passive}: by default threads that wait for each other spin, which
 *       costs nothing on an idle machine, but beside any other work (an encoder, a second process)
 *       a spinning thread takes the core that the awaited one needs: measured 7 times slower with
 *       one busy process on 2 cores, and no slower on an idle machine when they sleep.
 *   <li>{@code PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True}: jobs of many shapes follow each
 *       other, and fixed segments would leave holes that no later tensor fits into.
 *   <li>{@code NVIDIA_TF32_OVERRIDE=0}: float32 is computed as float32. libtorch's default lets
 *       cuDNN round to 10 bits, which the goldens of float32 networks do not allow.
 * </ul>
 */
final class LibtorchEnvironment {
    static final Map<String, String> VARIABLES =
            Map.of(
                    "OMP_WAIT_POLICY", "passive",
                    "PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True",
                    "NVIDIA_TF32_OVERRIDE", "0");

    private LibtorchEnvironment() {}

    /** Called before libtorch is loaded; keeps variables that are set already. */
    static void prepare() {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup()
                .find("setenv")
                .ifPresent(address ->
                        VARIABLES.forEach(
                                (name, value) -> set(setenv(linker, address), name, value)));
    }

    private static MethodHandle setenv(Linker linker, MemorySegment address) {
        return linker.downcallHandle(
                address,
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));
    }

    private static void set(MethodHandle setenv, String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int kept = 0;
            int result =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom(name), arena.allocateFrom(value), kept);
            if (result != 0) {
                throw new IllegalStateException("setenv(%s) answered %d".formatted(name, result));
            }
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set " + name, e);
        }
    }
}
