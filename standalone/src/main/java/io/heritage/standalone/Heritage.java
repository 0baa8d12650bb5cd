package io.heritage.standalone;

import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.scratch.NativeCaches;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** The main class of every command; {@code ./heritage} starts it. */
public final class Heritage {
    private Heritage() {}

    public static void main(String[] args) {
        makeCachesPrivate();
        int code =
                HeritageCommand.lineFor(
                                List.of(args),
                                Terminal.ofLauncher(System.getProperties()),
                                System.getenv())
                        .execute(args);
        System.exit(exitCode(code, System.out, System.err));
    }

    private static void makeCachesPrivate() {
        try {
            NativeCaches.makePrivate(System.getProperties(), System.getenv());
        } catch (IOException e) {
            System.err.println("heritage: warning: no private folder for native libraries: " + e);
        }
    }

    /** Fails a command whose output could not be written. */
    static int exitCode(int code, PrintStream out, PrintStream err) {
        if (out.checkError()) {
            err.println("heritage: cannot write to stdout: it is closed, or its disk is full");
            return code == 0 ? 1 : code;
        }
        return code;
    }
}
