package io.heritage.standalone.cli.jobs;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code 2h}, {@code 2026-11-29} or {@code 2026-11-29T10:00:00Z}. */
final class PastTime {
    private static final Pattern AGO = Pattern.compile("(\\d{1,6})([smhd])");

    private PastTime() {}

    /**
     * @param wrong makes the exception for an invalid time
     */
    static Instant of(
            String typed, Instant now, Function<String, ? extends RuntimeException> wrong) {
        Matcher ago = AGO.matcher(typed);
        if (ago.matches()) {
            return now.minus(duration(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        try {
            return typed.contains("T")
                    ? OffsetDateTime.parse(typed).toInstant()
                    : LocalDate.parse(typed).atStartOfDay(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException notATime) {
            throw wrong.apply(
                    "--since: expected a time such as 2h, 3d, 2026-11-29 or 2026-11-29T10:00:00Z,"
                            + " found '"
                            + typed
                            + "'");
        }
    }

    private static Duration duration(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
