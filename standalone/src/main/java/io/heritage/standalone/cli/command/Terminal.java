package io.heritage.standalone.cli.command;

import java.util.Properties;

/**
 * The standard streams that are terminals, as tested by the launcher; Java cannot tell once one of
 * them is piped.
 *
 * @param columns width of the terminal behind stderr
 */
public record Terminal(boolean stdinTty, boolean stdoutTty, boolean stderrTty, int columns) {

    /** No terminal anywhere, as in a script. */
    public static Terminal none() {
        return new Terminal(false, false, false, 80);
    }

    public static Terminal ofLauncher(Properties properties) {
        return new Terminal(
                flag(properties, "heritage.stdin.tty"),
                flag(properties, "heritage.stdout.tty"),
                flag(properties, "heritage.stderr.tty"),
                columns(properties.getProperty("heritage.columns", "")));
    }

    private static boolean flag(Properties properties, String name) {
        return Boolean.parseBoolean(properties.getProperty(name));
    }

    private static int columns(String text) {
        return text.matches("[1-9][0-9]{1,3}") ? Integer.parseInt(text) : 80;
    }
}
