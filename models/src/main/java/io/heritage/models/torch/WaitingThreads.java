package io.heritage.models.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * How libtorch's threads wait for each other. By default they spin, which costs nothing on an idle
 * machine, but beside any other work (an encoder, a second process) a spinning thread takes the
 * core that the awaited one needs: measured 7 times slower with one busy process on 2 cores, and no
 * slower on an idle machine when they sleep.
 */
final class WaitingThreads {
    private static final String POLICY = "OMP_WAIT_POLICY";

    private WaitingThreads() {}

    /**
     * Before libtorch is loaded, whose OpenMP reads the variable then; one that is set already
     * stays.
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
