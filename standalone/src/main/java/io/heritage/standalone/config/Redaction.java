package io.heritage.standalone.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Keys whose values must never be shown. */
final class Redaction {
    private static final Pattern SECRET =
            Pattern.compile(
                    "(^|[.-])(key|password|secret|token|jaas|sha-?256|credentials|webhook-headers)([.-]|$)");

    private Redaction() {}

    static boolean isSecret(String key) {
        return SECRET.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    /** The quoted value for a message, or a replacement if the key is secret. */
    static String shown(String key, String value) {
        if (isSecret(key)) {
            return "a value that is not shown";
        }
        return "'" + (value.length() <= 80 ? value : value.substring(0, 80) + "…") + "'";
    }
}
