package io.heritage.processor;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends this process when its device can no longer be used, so that its supervisor starts it again.
 * The exit code is {@value #CODE}.
 */
final class FatalExit {
    /** {@code EX_TEMPFAIL} of sysexits.h: a temporary failure, to be retried. */
    static final int CODE = 75;

    private static final Logger LOG = LoggerFactory.getLogger(FatalExit.class);

    /** An orderly stop closes the broker of a standalone process. */
    private static final Duration ORDERLY_STOP = Duration.ofSeconds(60);

    private FatalExit() {}

    /** Returns at once. The process ends within a minute, even if the shutdown hangs. */
    static void exit() {
        LOG.atError()
                .addKeyValue("exitCode", CODE)
                .log("the process exits; its supervisor restarts it, and its job is redelivered");
        Thread.ofPlatform().daemon().name("fatal-exit").start(() -> System.exit(CODE));
        Thread.ofPlatform()
                .daemon()
                .name("fatal-halt")
                .start(() -> {
                    try {
                        Thread.sleep(ORDERLY_STOP);
                    } catch (InterruptedException e) {
                        LOG.atError().setCause(e).log("interrupted; the process ends now");
                    }
                    Runtime.getRuntime().halt(CODE);
                });
    }
}
