package io.heritage.chaos;

import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Reconnected;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.Observation.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports the promises that the service broke, from the observations of its clients alone. Injected
 * faults excuse only what they make unavoidable: a caller of a stopped gateway waits longer, and a
 * job whose workers all died fails.
 *
 * @param patience allowed delay of an answer beyond the caller's wait
 * @param workersBeforeFailure how many workers may die with a job before it fails
 */
record Checker(Duration patience, int workersBeforeFailure) {
    private static final long BYTES_PER_MILLI = 500;
    private static final long FAIL_OVER_MILLIS = 15_000;

    /** The promises. */
    enum Rule {
        /** An acknowledged job ends. */
        LOST,
        /** The service knows the jobs that it acknowledged. */
        UNKNOWN,
        /** A job ends as its work did. */
        WRONG_END,
        /** A result has the bytes of its own job. */
        WRONG_BYTES,
        MIX_UP,
        /** A request is one job, also if it is repeated with its key. */
        TWO_JOBS,
        /** A job ends once. */
        TWO_ENDS,
        /** A terminal state does not change. */
        WENT_BACK,
        /** Each part is sent once and in order, or from the beginning after a retry. */
        STREAM,
        /** A webhook is called at least once for each end. */
        WEBHOOK,
        /** No caller is answered later than its wait. */
        LATE,
        /** As many jobs are removed as a purge says. */
        PURGE,
        /** A batch ends after the last of its jobs. */
        BATCH,
        /** While parts are replaced in order, clients see no error. */
        ERROR
    }

    record Violation(Rule rule, String job, String what) {}

    List<Violation> check(List<Observation> observations, List<Disturbance> disturbances) {
        var found = new ArrayList<Violation>();
        Map<String, Submitted> submitted = new HashMap<>();
        Map<String, JobView> jobs = new TreeMap<>();
        for (Observation o : observations) {
            switch (o) {
                case Submitted s -> submitted.put(s.tag(), s);
                case Acknowledged a -> {
                    JobView before =
                            jobs.put(
                                    a.id(),
                                    new JobView(a, Objects.requireNonNull(submitted.get(a.tag()))));
                    if (before != null) {
                        found.add(
                                new Violation(
                                        Rule.MIX_UP,
                                        a.id(),
                                        "the id was given to two jobs: %s and %s"
                                                .formatted(before.submitted.tag(), a.tag())));
                    }
                }
                case Repeated r -> repeated(r, jobs, found);
                default -> {}
            }
        }
        var owners = owners(jobs.values());
        for (Observation o : observations) {
            JobView job = jobs.get(idOf(o));
            if (job != null) {
                job.add(o);
            } else if (o instanceof Hooked hook) {
                orphan(hook, owners, found);
            }
        }
        for (JobView job : jobs.values()) {
            new JobCheck(job, owners, disturbances, workersBeforeFailure, found).run();
        }
        batches(jobs, found);
        lateness(observations, disturbances, found);
        purges(observations, jobs.values(), found);
        return List.copyOf(found);
    }

    private static void repeated(Repeated again, Map<String, JobView> jobs, List<Violation> found) {
        JobView job = jobs.get(again.id());
        if (job == null || !job.submitted.tag().equals(again.tag())) {
            found.add(
                    new Violation(
                            Rule.TWO_JOBS,
                            again.id(),
                            "the request of %s was repeated with its key and became another job"
                                    .formatted(again.tag())));
        }
    }

    private static String idOf(Observation o) {
        return switch (o) {
            case State s -> s.id();
            case Unknown u -> u.id();
            case Streamed s -> s.id();
            case Cancelled c -> c.id();
            case Retried r -> r.id();
            case Hooked h -> h.id();
            case Answered a -> a.job();
            case Submitted _, Acknowledged _, Reconnected _, Repeated _, Purged _ -> "";
        };
    }

    /** Whose job a part belongs to, by its hash. */
    private static Map<String, String> owners(Iterable<JobView> jobs) {
        Map<String, String> owners = new HashMap<>();
        for (JobView job : jobs) {
            for (String part : job.submitted.parts()) {
                owners.put(part, job.id);
            }
        }
        return owners;
    }

    /** A webhook of a job whose acknowledgement was lost may come; its bytes must be its own. */
    private static void orphan(Hooked hook, Map<String, String> owners, List<Violation> found) {
        for (String part : hook.parts()) {
            String owner = owners.get(part);
            if (owner != null) {
                found.add(
                        new Violation(
                                Rule.MIX_UP,
                                hook.id(),
                                "its webhook has bytes of the job " + owner));
            }
        }
    }

    private void lateness(
            List<Observation> observations, List<Disturbance> disturbances, List<Violation> found) {
        Set<String> handedOut = handedOut(observations);
        for (Observation o : observations) {
            if (o instanceof Answered a && a.call().waits()) {
                boolean written =
                        a.call() == Asked.RUNSYNC || handedOut.contains(key(a.job(), a.began()));
                long allowed =
                        a.waitMillis()
                                + patience.toMillis()
                                + a.bytes() / BYTES_PER_MILLI
                                + unavoidable(a, written, disturbances);
                if (a.at() - a.began() > allowed) {
                    found.add(
                            new Violation(
                                    Rule.LATE,
                                    a.job(),
                                    "%s at %d ms: gateway-%d answered %d after %d ms, wait was %d ms"
                                            .formatted(
                                                    a.call(),
                                                    a.began(),
                                                    a.gateway(),
                                                    a.http(),
                                                    a.at() - a.began(),
                                                    a.waitMillis())));
                }
            }
        }
    }

    /** Replies of {@code /stream} without {@code from} that brought parts. */
    private static Set<String> handedOut(List<Observation> observations) {
        var found = new HashSet<String>();
        for (Observation o : observations) {
            if (o instanceof Streamed s && s.from() < 0 && !s.parts().isEmpty()) {
                found.add(key(s.id(), s.began()));
            }
        }
        return found;
    }

    private static String key(@Nullable String job, long began) {
        return job + "@" + began;
    }

    /**
     * A stopped gateway cannot answer, and bytes on a slow network take their time. A broker's
     * fail-over delays what has to be durable first: the job of {@code /runsync}, and that the
     * parts of a {@code /stream} without {@code from} were given.
     */
    private static long unavoidable(
            Answered call, boolean written, List<Disturbance> disturbances) {
        boolean failsOver =
                written
                        && disturbances.stream()
                                .filter(d -> d.part().startsWith("broker"))
                                .anyMatch(
                                        d -> d.overlaps(call.began(), call.at(), FAIL_OVER_MILLIS));
        long stopped =
                disturbances.stream()
                        .filter(d ->
                                d.part().equals("gateway-" + call.gateway())
                                        || d.kind() == Disturbance.Kind.SLOW_NETWORK)
                        .filter(d -> d.overlaps(call.began(), call.at(), 0))
                        .mapToLong(d -> d.to() - d.from())
                        .sum();
        return stopped + (failsOver ? FAIL_OVER_MILLIS : 0);
    }

    private static void batches(Map<String, JobView> jobs, List<Violation> found) {
        for (JobView job : jobs.values()) {
            String id = job.id.replaceFirst("-b\\d+$", "");
            JobView batch = id.equals(job.id) ? null : jobs.get(id);
            if (batch == null) {
                continue;
            }
            long ended =
                    batch.states.stream()
                            .filter(State::isTerminal)
                            .mapToLong(State::at)
                            .min()
                            .orElse(Long.MAX_VALUE);
            for (State state : job.states) {
                if (!state.isTerminal() && state.began() > ended) {
                    found.add(
                            new Violation(
                                    Rule.BATCH,
                                    job.id,
                                    "%s at %d ms, its batch had ended at %d ms"
                                            .formatted(state.status(), state.at(), ended)));
                }
            }
        }
    }

    /** Jobs of that endpoint are cancelled by purges only. */
    private static void purges(
            List<Observation> observations, Iterable<JobView> jobs, List<Violation> found) {
        int removed = 0;
        for (Observation o : observations) {
            if (o instanceof Purged purge) {
                if (purge.removed() < 0) {
                    return; // the number of removed jobs is unknown
                }
                removed += purge.removed();
            }
        }
        Set<String> cancelled = new HashSet<>();
        for (JobView job : jobs) {
            if (job.submitted.endpoint().equals(Cluster.PURGED)
                    && job.states.stream().anyMatch(s -> s.status().equals("CANCELLED"))) {
                cancelled.add(job.id);
            }
        }
        // Jobs whose acknowledgement was lost are purged as well, so there may be more.
        if (removed < cancelled.size()) {
            found.add(
                    new Violation(
                            Rule.PURGE,
                            "",
                            "purges said %d, but %d jobs were cancelled"
                                    .formatted(removed, cancelled.size())));
        }
    }
}
