package io.heritage.standalone.cli;

import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import io.heritage.standalone.output.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Writes the output of each command's {@code --help} to files, so that the launcher can print it
 * without a JVM. The launcher runs this after a build. {@code jobs list.txt} belongs to {@code
 * heritage jobs list}, {@code heritage.txt} to the root; {@code .ansi} has colors.
 */
@Command(
        name = "help-pages",
        hidden = true,
        description = "Writes the help pages of all commands as files.")
final class HelpPagesCommand implements Callable<Integer> {
    @Mixin private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "DIR", description = "Folder of the pages; emptied before.")
    private Path folder = Path.of("");

    @Override
    public Integer call() throws IOException {
        if (Files.exists(folder)) {
            FileTree.delete(folder);
        }
        Files.createDirectories(folder);
        CommandLine root = HeritageCommand.line(Terminal.none(), Map.of());
        for (CommandLine line : HeritageCommand.withSubcommands(root)) {
            String name = name(line, root);
            Files.writeString(folder.resolve(name + ".txt"), line.getUsageMessage(Ansi.OFF));
            Files.writeString(folder.resolve(name + ".ansi"), line.getUsageMessage(Ansi.ON));
        }
        return ExitCode.OK;
    }

    /** Name such as {@code jobs list}; {@code heritage} for the root. */
    private static String name(CommandLine line, CommandLine root) {
        String path = line.getCommandSpec().qualifiedName(" ");
        String prefix = root.getCommandName() + " ";
        return path.startsWith(prefix) ? path.substring(prefix.length()) : path;
    }
}
