package io.heritage.schemas;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Suggests the known name nearest to a mistyped one. */
public final class NearestName {
    private NearestName() {}

    public static Optional<String> of(String mistyped, Collection<String> known) {
        int tolerated = Math.max(2, mistyped.length() / 3);
        return known.stream()
                .filter(name -> distance(mistyped, name) <= tolerated)
                .min(Comparator.comparingInt(name -> distance(mistyped, name)));
    }

    /** {@code ; did you mean 'port'?}, or the known names if none is similar. */
    public static String hint(String mistyped, Collection<String> known) {
        return of(mistyped, known)
                .map(name -> "; did you mean '" + name + "'?")
                .orElseGet(() -> "; known here: " + String.join(", ", known));
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
