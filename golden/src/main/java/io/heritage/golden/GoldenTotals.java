package io.heritage.golden;

/** Numbers of cases by result. */
public record GoldenTotals(int passed, int failed, int skipped) {
    static final GoldenTotals NONE = new GoldenTotals(0, 0, 0);

    GoldenTotals plus(GoldenResult result) {
        return switch (result) {
            case GoldenResult.Passed _ -> new GoldenTotals(passed + 1, failed, skipped);
            case GoldenResult.Failed _, GoldenResult.Broken _ ->
                    new GoldenTotals(passed, failed + 1, skipped);
            case GoldenResult.Skipped _ -> new GoldenTotals(passed, failed, skipped + 1);
        };
    }

    public boolean allPassed() {
        return failed == 0;
    }

    @Override
    public String toString() {
        return "%d passed, %d failed, %d skipped".formatted(passed, failed, skipped);
    }
}
