package io.heritage.standalone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The completion script of fish, made from the commands and their options. */
final class FishCompletion {
    private final String name;
    private final CommandLine root;
    private final List<String> lines = new ArrayList<>();
    private final List<String> paths = new ArrayList<>();

    FishCompletion(String name, CommandLine root) {
        this.name = name;
        this.root = root;
    }

    String script() {
        add(root, "");
        String known = paths.stream().map(FishCompletion::quoted).collect(Collectors.joining(" "));
        return """
        # Which command the words before the cursor name, such as "jobs list".
        function __%1$s_command
            set -l path ''
            for word in (commandline -opc)[2..-1]
                set -l next (string trim -- "$path $word")
                if contains -- "$next" %2$s
                    set path $next
                end
            end
            echo $path
        end
        function __%1$s_at
            set -l now (__%1$s_command)
            test "$now" = "$argv[1]"
        end
        complete -c %1$s -f
        %3$s\
        """
                .formatted(name, known, String.join("\n", lines));
    }

    private void add(CommandLine command, String path) {
        String at = "complete -c " + name + " -n " + quoted("__" + name + "_at '" + path + "'");
        for (Map.Entry<String, CommandLine> sub : command.getSubcommands().entrySet()) {
            CommandSpec spec = sub.getValue().getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                String longer = (path + " " + sub.getKey()).strip();
                paths.add(longer);
                String says = firstSentence(spec.usageMessage().description());
                lines.add(at + " -a " + quoted(sub.getKey()) + " -d " + quoted(says));
                add(sub.getValue(), longer);
            }
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                lines.add(at + option(option));
            }
        }
        for (ArgSpec argument : command.getCommandSpec().positionalParameters()) {
            lines.add(at + values(argument));
        }
    }

    private static String option(OptionSpec option) {
        var line = new StringBuilder();
        for (String each : option.names()) {
            line.append(each.startsWith("--") ? " -l " : " -s ")
                    .append(quoted(each.replaceFirst("^-+", "")));
        }
        if (option.arity().max() > 0) {
            line.append(" -r").append(values(option));
        }
        return line.append(" -d ").append(quoted(firstSentence(option.description()))).toString();
    }

    /** Candidates of an option, or files if it takes a file, else nothing. */
    private static String values(ArgSpec argument) {
        Iterable<String> candidates = argument.completionCandidates();
        if (candidates != null) {
            return " -f -a "
                    + quoted(
                            StreamSupport.stream(candidates.spliterator(), false)
                                    .collect(Collectors.joining(" ")));
        }
        boolean file =
                argument.type() == Path.class
                        || List.of(argument.auxiliaryTypes()).contains(Path.class);
        return file ? " -F" : " -f";
    }

    private static String firstSentence(String[] description) {
        String text = String.join(" ", description).replaceAll("\\$\\{[^}]*}", "").strip();
        return text.replace("$$", "$").replaceFirst("(?s)\\. .*", ".").replaceFirst("^[;:. ]+", "");
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
