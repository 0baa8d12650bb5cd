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
 * Pending webhooks of one partition. Owners take turns, and so do the hosts of an owner: neither a
 * receiver that does not answer nor an owner with thousands of webhooks delays the others. Used by
 * one stream thread.
 */
final class PendingWebhooks {
    private static final int OWNERS_AT_ONCE = 64;
    private static final int HOSTS_AT_ONCE = 8;

    private final Map<String, Hosts> owners = new HashMap<>();
    private final Deque<String> turns = new ArrayDeque<>();
    private final Set<JobId> known = new HashSet<>();

    private record DueCall(JobId job, Instant at) {}

    /** Pending webhooks of one owner. */
    private static final class Hosts {
        private final Map<String, Queue<DueCall>> calls = new HashMap<>();
        private final Deque<String> turns = new ArrayDeque<>();

        void add(String host, DueCall call) {
            Queue<DueCall> waiting = calls.get(host);
            if (waiting == null) {
                waiting = new PriorityQueue<>(Comparator.comparing(DueCall::at));
                calls.put(host, waiting);
                turns.add(host);
            }
            waiting.add(call);
        }

        void begin(Predicate<DueCall> begun) {
            for (int hosts = Math.min(HOSTS_AT_ONCE, turns.size()); hosts > 0; hosts--) {
                String host = turns.remove();
                Queue<DueCall> waiting = calls.getOrDefault(host, new ArrayDeque<>());
                DueCall first = waiting.peek();
                while (first != null && begun.test(first)) {
                    waiting.remove();
                    first = waiting.peek();
                }
                if (first == null) {
                    calls.remove(host);
                } else {
                    turns.add(host);
                }
            }
        }

        boolean isEmpty() {
            return calls.isEmpty();
        }
    }

    void add(Job job, Instant at) {
        if (!known.add(job.id())) {
            return;
        }
        Hosts hosts = owners.get(job.owner());
        if (hosts == null) {
            hosts = new Hosts();
            owners.put(job.owner(), hosts);
            turns.add(job.owner());
        }
        hosts.add(WebhookCall.hostOf(job.webhook()), new DueCall(job.id(), at));
    }

    /**
     * Removes the webhooks that are due, as long as they can be started.
     *
     * @param begin false if the owner, or the host, has to wait
     */
    void begin(Instant now, Predicate<JobId> begin) {
        for (int some = Math.min(OWNERS_AT_ONCE, turns.size()); some > 0; some--) {
            String owner = turns.remove();
            Hosts hosts = owners.getOrDefault(owner, new Hosts());
            hosts.begin(call -> {
                boolean begun = !call.at().isAfter(now) && begin.test(call.job());
                if (begun) {
                    known.remove(call.job());
                }
                return begun;
            });
            if (hosts.isEmpty()) {
                owners.remove(owner);
            } else {
                turns.add(owner);
            }
        }
    }
}
