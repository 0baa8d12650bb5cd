package io.heritage.sink.fold;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The webhooks of one partition that are still to be called. Each owner and host have a line of
 * their own, and lines take turns: a receiver that does not answer keeps nobody else waiting. Used
 * by one stream thread.
 */
final class PendingWebhooks {
    private static final int LINES_AT_ONCE = 64;

    private final Map<Line, Queue<DueCall>> calls = new HashMap<>();
    private final Deque<Line> turns = new ArrayDeque<>();
    private final Set<JobId> known = new HashSet<>();

    private record Line(String owner, String host) {}

    private record DueCall(JobId job, Instant at) {}

    void add(Job job, Instant at) {
        if (!known.add(job.id())) {
            return;
        }
        var line = new Line(job.owner(), WebhookCall.hostOf(job.webhook()));
        Queue<DueCall> waiting = calls.get(line);
        if (waiting == null) {
            waiting = new PriorityQueue<>(Comparator.comparing(DueCall::at));
            calls.put(line, waiting);
            turns.add(line);
        }
        waiting.add(new DueCall(job.id(), at));
    }

    /**
     * Takes out those that are due, as long as they can be begun.
     *
     * @param begin false if the line has to wait
     */
    void begin(Instant now, Predicate<JobId> begin) {
        for (int lines = Math.min(LINES_AT_ONCE, turns.size()); lines > 0; lines--) {
            Line line = turns.remove();
            Queue<DueCall> waiting = calls.getOrDefault(line, new ArrayDeque<>());
            DueCall first = waiting.peek();
            while (first != null && !first.at().isAfter(now) && begin.test(first.job())) {
                waiting.remove();
                known.remove(first.job());
                first = waiting.peek();
            }
            if (first == null) {
                calls.remove(line);
            } else {
                turns.add(line);
            }
        }
    }
}
