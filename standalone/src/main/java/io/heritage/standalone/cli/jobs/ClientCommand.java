package io.heritage.standalone.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ErrorReport;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.FileWork;
import io.heritage.standalone.cli.command.Interruption;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that calls a server. Ctrl-C ends it and leaves the server's jobs as they are. */
abstract class ClientCommand implements Callable<Integer> {
    private static final String JOB_ID = "[A-Za-z0-9_-]{1,100}";

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ClientOptions client = new ClientOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    ClientCommand(CommandContext context) {
        this.context = context;
    }

    /**
     * @return the exit code
     */
    abstract int run(ServerJobs server) throws IOException, InterruptedException, CommandFailed;

    @Override
    public final Integer call() throws CommandFailed {
        // Printed before the interruption is closed: the JVM may end with it.
        try (var interruption = Interruption.watch();
                ServerJobs server = client.open(spec, context)) {
            return runOrStop(server);
        }
    }

    private int runOrStop(ServerJobs server) throws CommandFailed {
        try {
            return run(server);
        } catch (IOException failure) {
            throw FileWork.failed(failure);
        } catch (InterruptedException stopped) {
            if (json()) {
                print(new ErrorReport(ExitCode.STOPPED, "stopped", "").whole());
            }
            return ExitCode.STOPPED;
        }
    }

    final CommandContext context() {
        return context;
    }

    final boolean json() {
        return client.json();
    }

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Prints a note, unless {@code --quiet} is set. */
    final void note(String text) {
        if (!context.quiet()) {
            err().println("heritage: " + text);
        }
    }

    final void print(JsonNode result) {
        out().println(result);
        out().flush();
    }

    final ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Refuses invalid ids before the server is called. */
    final void checkIds(Collection<String> ids) {
        for (String id : ids) {
            if (!id.matches(JOB_ID)) {
                throw wrong("expected the id of a job, found '" + id + "'");
            }
        }
    }
}
