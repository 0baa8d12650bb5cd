package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

/** What native code reads; {@code System.getenv} is a copy from the start of the process. */
class LibtorchEnvironmentTest {
    @Test
    void everyVariableIsSetForNativeCode() throws Throwable {
        LibtorchEnvironment.prepare();
        for (var variable : LibtorchEnvironment.VARIABLES.entrySet()) {
            String outside = System.getenv(variable.getKey());
            assertThat(seen(variable.getKey()))
                    .as(variable.getKey())
                    .isEqualTo(outside == null ? variable.getValue() : outside);
        }
    }

    private static String seen(String name) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle getenv =
                linker.downcallHandle(
                        linker.defaultLookup().find("getenv").orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) getenv.invokeExact(arena.allocateFrom(name));
            return value.reinterpret(1000).getString(0);
        }
    }
}
