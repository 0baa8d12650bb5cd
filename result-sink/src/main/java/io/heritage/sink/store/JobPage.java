package io.heritage.sink.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list of jobs, newest first.
 *
 * @param rows in order
 * @param seenTo the last place that was read, in that order; null at the end of the list
 */
public record JobPage<T>(List<Row<T>> rows, @Nullable String seenTo) {

    /**
     * @param order text by which the whole list is sorted: newest first, then by id
     */
    public record Row<T>(String order, T job) {}

    public JobPage {
        rows = List.copyOf(rows);
    }

    /**
     * One list of several, each of other jobs. What lies behind the end of one that goes on is left
     * for the next page, for something of that one may come before it.
     */
    public static <T> JobPage<T> merged(List<JobPage<T>> pages, int atMost) {
        String horizon = null;
        var rows = new ArrayList<Row<T>>();
        for (JobPage<T> page : pages) {
            rows.addAll(page.rows());
            String end = page.seenTo();
            if (end != null && (horizon == null || end.compareTo(horizon) < 0)) {
                horizon = end;
            }
        }
        String last = horizon;
        rows.removeIf(row -> last != null && row.order().compareTo(last) > 0);
        rows.sort(Comparator.comparing(Row::order));
        if (rows.size() <= atMost) {
            return new JobPage<>(rows, horizon);
        }
        List<Row<T>> first = rows.subList(0, atMost);
        return new JobPage<>(first, first.getLast().order());
    }
}
