package io.heritage.standalone.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads one value from text. Everything it throws is an {@link IllegalArgumentException}. */
final class ScalarReader {
    private static final Pattern AMOUNT = Pattern.compile("(\\d+)\\s*([a-zA-Z]+)");
    private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*([a-zA-Z]*)");
    private static final Map<String, Duration> TIME_UNITS =
            Map.of(
                    "ms", Duration.ofMillis(1),
                    "s", Duration.ofSeconds(1),
                    "m", Duration.ofMinutes(1),
                    "min", Duration.ofMinutes(1),
                    "h", Duration.ofHours(1),
                    "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE_UNITS =
            Map.ofEntries(
                    Map.entry("", 1L),
                    Map.entry("b", 1L),
                    Map.entry("kb", 1_000L),
                    Map.entry("mb", 1_000_000L),
                    Map.entry("gb", 1_000_000_000L),
                    Map.entry("tb", 1_000_000_000_000L),
                    Map.entry("kib", 1L << 10),
                    Map.entry("mib", 1L << 20),
                    Map.entry("gib", 1L << 30),
                    Map.entry("tib", 1L << 40));

    private ScalarReader() {}

    /** Whether a type is written as one value: also a record of a single string, such as an id. */
    static boolean reads(Class<?> type) {
        return type.isPrimitive()
                || type.isEnum()
                || List.of(String.class, Duration.class, Path.class, URI.class).contains(type)
                || isName(type);
    }

    /**
     * @param key its last word says whether a number is a size
     */
    static Object read(Class<?> type, String key, String text) {
        if (type == String.class) {
            return text;
        } else if (type == boolean.class) {
            return bool(text);
        } else if (type == int.class || type == long.class) {
            return key.endsWith("-bytes") ? inRange(type, size(text)) : number(type, text);
        } else if (type == double.class) {
            return decimal(text);
        } else if (type == Duration.class) {
            return duration(text);
        } else if (type == Path.class) {
            return path(text);
        } else if (type == URI.class) {
            return URI.create(text);
        } else if (type.isEnum()) {
            return constant(type, text);
        }
        return name(type, text);
    }

    /** A leading {@code ~} is the home of the user, as in a shell. */
    private static Path path(String text) {
        if (!text.equals("~") && !text.startsWith("~/")) {
            return Path.of(text);
        }
        Path home = Path.of(System.getProperty("user.home", ""));
        if (!home.isAbsolute()) {
            throw new IllegalArgumentException("~ is unknown, because HOME is not set");
        }
        return home.resolve(text.substring(Math.min(2, text.length())));
    }

    static String show(Object value) {
        return switch (value) {
            case Enum<?> constant -> wireName(constant);
            case Duration time -> show(time);
            case Record name when isName(name.getClass()) -> name.toString();
            default -> String.valueOf(value);
        };
    }

    private static String show(Duration time) {
        for (String unit : List.of("d", "h", "m", "s", "ms")) {
            long length = TIME_UNITS.getOrDefault(unit, Duration.ofMillis(1)).toMillis();
            // 24h rather than 1d, as usual for retention.
            if (time.toMillis() % length == 0
                    && time.toMillis() >= (unit.equals("d") ? 2 : 1) * length) {
                return time.toMillis() / length + unit;
            }
        }
        return time.toMillis() + "ms";
    }

    static String showBytes(long bytes) {
        for (String unit : List.of("GiB", "MiB", "KiB")) {
            long length = SIZE_UNITS.getOrDefault(unit.toLowerCase(Locale.ROOT), 1L);
            if (bytes >= length && bytes % length == 0) {
                return bytes / length + unit;
            }
        }
        return Long.toString(bytes);
    }

    static boolean isName(Class<?> type) {
        if (!type.isRecord()) {
            return false;
        }
        RecordComponent[] components = type.getRecordComponents();
        return components.length == 1
                && components[0].getType() == String.class
                && components[0].getName().equals("value");
    }

    private static boolean bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    private static Object number(Class<?> type, String text) {
        try {
            return inRange(type, Long.parseLong(text.replace("_", "")));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("expected a whole number", notANumber);
        }
    }

    private static Object inRange(Class<?> type, long found) {
        if (type == long.class) {
            return found;
        }
        if (found != (int) found) {
            throw new IllegalArgumentException(
                    "expected a whole number up to " + Integer.MAX_VALUE);
        }
        return (int) found;
    }

    private static double decimal(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("expected a number", notANumber);
        }
    }

    private static long size(String text) {
        Matcher matcher = SIZE.matcher(text.strip());
        if (matcher.matches()) {
            Long unit = SIZE_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
            if (unit != null) {
                try {
                    return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
                } catch (ArithmeticException | NumberFormatException tooLarge) {
                    throw new IllegalArgumentException("too large a size", tooLarge);
                }
            }
        }
        throw new IllegalArgumentException("expected a size such as 512KiB, 32MiB or 2GiB");
    }

    private static Duration duration(String text) {
        String stripped = text.strip();
        try {
            if (stripped.startsWith("P") || stripped.startsWith("p")) {
                return Duration.parse(stripped);
            }
            return sumOfAmounts(stripped);
        } catch (RuntimeException unreadable) {
            throw new IllegalArgumentException(
                    "expected a time such as 500ms, 90s, 10m, 24h, 7d, 1h30m or PT1M", unreadable);
        }
    }

    private static Duration sumOfAmounts(String text) {
        Matcher matcher = AMOUNT.matcher(text);
        Duration sum = Duration.ZERO;
        int end = 0;
        while (end < text.length() && matcher.find(end) && matcher.start() == end) {
            Duration unit = TIME_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT));
            if (unit == null) {
                break;
            }
            sum = sum.plus(unit.multipliedBy(Long.parseLong(matcher.group(1))));
            end = matcher.end();
        }
        if (end == 0 || end < text.length()) {
            throw new IllegalArgumentException("no sum of times");
        }
        return sum;
    }

    private static Object constant(Class<?> type, String text) {
        String wanted = text.strip().replace('_', '-');
        List<Enum<?>> constants =
                Arrays.stream(type.getEnumConstants())
                        .<Enum<?>>map(constant -> (Enum<?>) constant)
                        .toList();
        return constants.stream()
                .filter(constant -> wireName(constant).equalsIgnoreCase(wanted))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "expected one of "
                                        + String.join(
                                                ", ",
                                                constants.stream()
                                                        .map(ScalarReader::wireName)
                                                        .toList())));
    }

    private static String wireName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Object name(Class<?> type, String text) {
        try {
            var constructor = type.getDeclaredConstructor(String.class);
            constructor.setAccessible(true);
            return constructor.newInstance(text);
        } catch (InvocationTargetException refused) {
            Throwable cause = refused.getCause();
            throw new IllegalArgumentException(
                    cause == null ? "refused" : String.valueOf(cause.getMessage()), refused);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be read from text", e);
        }
    }
}
