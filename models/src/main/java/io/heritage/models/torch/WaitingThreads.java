package io.heritage.models.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How libtorch's threads wait for each other. By default they spin. That costs nothing on an idle
 * machine; beside other work (an encoder, a second process) a spinning thread takes the core that
 * the awaited one needs. Measured with one busy process on 2 cores: 7 times slower. On an idle
 * machine sleeping threads were no slower.
 */
final class WaitingThreads {
    private static final String POLICY = "OMP_WAIT_POLICY";

    private WaitingThreads() {}

    /**
     * Call this before libtorch is loaded: its OpenMP reads the variable then. A value that is set
     * already is kept.
     */
    static void sleep() {
        if (System.getenv(POLICY) != null) {
            return;
        }
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup()
                .find("setenv")
                .ifPresent(address ->
                        setEnvironment(
                                linker.downcallHandle(
                                        address,
                                        FunctionDescriptor.of(
                                                ValueLayout.JAVA_INT,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.ADDRESS,
                                                ValueLayout.JAVA_INT))));
    }

    private static void setEnvironment(MethodHandle setenv) {
        try (Arena arena = Arena.ofConfined()) {
            int result =
                    (int)
                            setenv.invokeExact(
                                    arena.allocateFrom(POLICY), arena.allocateFrom("passive"), 0);
            if (result != 0) {
                throw new IllegalStateException("setenv(%s) answered %d".formatted(POLICY, result));
            }
        } catch (Throwable e) {
            throw new IllegalStateException("cannot set " + POLICY, e);
        }
    }
}
