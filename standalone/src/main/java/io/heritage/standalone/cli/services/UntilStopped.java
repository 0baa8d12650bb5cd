package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Interruption;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.services.CannotStart;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Runs a service in the foreground until Ctrl-C or SIGTERM, and stops it cleanly. */
final class UntilStopped {
    private UntilStopped() {}

    /** Returns a started service. */
    interface Starter<T extends AutoCloseable> {
        T start() throws CannotStart, InvalidConfiguration, InterruptedException;
    }

    /**
     * @param ready told when the service is
     * @return never but after a signal; the JVM then ends with the signal's own code
     */
    static <T extends AutoCloseable> int run(Starter<T> service, Consumer<T> ready)
            throws CommandFailed, InvalidConfiguration {
        return run(service, ready, _ -> new CountDownLatch(1).await());
    }

    /** Condition for stopping a service. */
    interface Until<T> {
        /** Returns when the service must stop. */
        void await(T running) throws InterruptedException;
    }

    /** As above, and also stops it on a condition. */
    static <T extends AutoCloseable> int run(Starter<T> service, Consumer<T> ready, Until<T> until)
            throws CommandFailed, InvalidConfiguration {
        try (var interruption = Interruption.watch()) {
            serve(service, ready, until, interruption);
            return ExitCode.OK;
        } catch (InterruptedException stopped) {
            return ExitCode.OK;
        } catch (CannotStart inTheWay) {
            throw new CommandFailed(
                    ExitCode.UNAVAILABLE, String.valueOf(inTheWay.getMessage()), inTheWay);
        }
    }

    private static <T extends AutoCloseable> void serve(
            Starter<T> service, Consumer<T> ready, Until<T> until, Interruption interruption)
            throws CannotStart, InvalidConfiguration, InterruptedException, CommandFailed {
        interruption.starting(true);
        try (T running = service.start()) {
            interruption.starting(false);
            ready.accept(running);
            until.await(running);
        } catch (CannotStart
                | InvalidConfiguration
                | InterruptedException
                | RuntimeException known) {
            throw known;
        } catch (Exception unclean) {
            throw new CommandFailed(ExitCode.ERROR, "did not stop cleanly: " + unclean, unclean);
        }
    }
}
