package io.heritage.models.seedvr2.dit;

import io.heritage.models.seedvr2.dit.Window.Extent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tokens in the order in which a block keeps them: windows of one size side by side, rows t, y, x
 * inside a window.
 */
final class WindowOrder {
    private final Map<Extent, Integer> sizes = new LinkedHashMap<>();
    private final long[] rows;

    /**
     * @param windows that cover the grid once
     */
    WindowOrder(TokenGrid grid, List<Window> windows) {
        Map<Extent, List<Window>> bySize = new LinkedHashMap<>();
        for (Window window : windows) {
            bySize.computeIfAbsent(window.extent(), _ -> new ArrayList<>()).add(window);
        }
        rows = new long[grid.tokens()];
        int next = 0;
        for (var entry : bySize.entrySet()) {
            sizes.put(entry.getKey(), entry.getValue().size());
            for (Window window : entry.getValue()) {
                next = place(grid, window, next);
            }
        }
        if (next != rows.length) {
            throw new IllegalArgumentException(
                    "the windows hold %d tokens, the grid %d".formatted(next, rows.length));
        }
    }

    private int place(TokenGrid grid, Window window, int next) {
        int place = next;
        for (int t = window.t0(); t < window.t1(); t++) {
            for (int y = window.h0(); y < window.h1(); y++) {
                for (int x = window.w0(); x < window.w1(); x++) {
                    rows[place++] = ((long) t * grid.h() + y) * grid.w() + x;
                }
            }
        }
        return place;
    }

    /** The number of windows, and of tokens in each, for every size. */
    long[] sizes() {
        return sizes.entrySet().stream()
                .flatMap(e -> List.of(e.getValue(), e.getKey().tokens()).stream())
                .mapToLong(Integer::longValue)
                .toArray();
    }

    /** The number of windows, then t, h, w of each, for every size. */
    long[] extents() {
        return sizes.entrySet().stream()
                .flatMap(e ->
                        List.of(e.getValue(), e.getKey().t(), e.getKey().h(), e.getKey().w())
                                .stream())
                .mapToLong(Integer::longValue)
                .toArray();
    }

    int windows() {
        return sizes.values().stream().mapToInt(Integer::intValue).sum();
    }

    int longest() {
        return sizes.keySet().stream().mapToInt(Extent::tokens).max().orElseThrow();
    }

    /** For each position in this order its row in the grid. */
    long[] fromGrid() {
        return Arrays.copyOf(rows, rows.length);
    }

    /** For each row of the grid its position in this order. */
    long[] toGrid() {
        long[] places = new long[rows.length];
        for (int place = 0; place < rows.length; place++) {
            places[(int) rows[place]] = place;
        }
        return places;
    }

    /** For each position in this order its position in another. */
    long[] from(WindowOrder other) {
        long[] places = other.toGrid();
        return Arrays.stream(rows).map(row -> places[(int) row]).toArray();
    }
}
