package io.heritage.standalone.progress;

import java.util.Map;
import java.util.Set;

/**
 * Properties of the terminal or file behind stderr.
 *
 * @param tty a terminal that can redraw a line
 * @param blocks whether it shows block characters
 * @param taskbar whether it takes OSC 9;4, which shows progress in tab and task bar
 */
public record Screen(boolean tty, int columns, boolean blocks, boolean taskbar) {
    /** Terminals that document OSC 9;4; to others a bare OSC 9 may be a notification. */
    private static final Set<String> WITH_TASKBAR = Set.of("ghostty", "WezTerm");

    private static final int VTE_WITH_TASKBAR = 7900;

    /**
     * @param environment of the process
     */
    public static Screen of(boolean tty, int columns, Map<String, String> environment) {
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        return new Screen(tty && !dumb, columns, isUtf8(environment), takesTaskbar(environment));
    }

    private static boolean isUtf8(Map<String, String> environment) {
        for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
            String value = environment.getOrDefault(name, "");
            if (!value.isEmpty()) {
                return value.toLowerCase(java.util.Locale.ROOT).replace("-", "").contains("utf8");
            }
        }
        return false;
    }

    private static boolean takesTaskbar(Map<String, String> environment) {
        String vte = environment.getOrDefault("VTE_VERSION", "");
        return environment.containsKey("WT_SESSION")
                || "ON".equals(environment.get("ConEmuANSI"))
                || WITH_TASKBAR.contains(environment.getOrDefault("TERM_PROGRAM", ""))
                || vte.matches("\\d{1,6}") && Integer.parseInt(vte) >= VTE_WITH_TASKBAR;
    }

    ProgressMode usual() {
        return tty ? ProgressMode.TTY : ProgressMode.PLAIN;
    }
}
