package io.heritage.chaos;

import io.heritage.chaos.Observation.Acknowledged;
import io.heritage.chaos.Observation.Answered;
import io.heritage.chaos.Observation.Asked;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Hooked;
import io.heritage.chaos.Observation.Purged;
import io.heritage.chaos.Observation.Repeated;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import io.heritage.chaos.Observation.Submitted;
import io.heritage.chaos.Observation.Unknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Says what the service did not keep of its promises, from what its clients saw and nothing else.
 * The faults that were injected only excuse what they make unavoidable: a caller of a stopped
 * gateway waits longer, and a job whose workers all died fails.
 *
 * @param patience how much later than its wait a caller may have its answer
 * @param workersBeforeFailure as many workers may die with a job before it fails
 */
record Checker(Duration patience, int workersBeforeFailure) {
    private static final long BYTES_PER_MILLI = 500;
    private static final long FAIL_OVER_MILLIS = 15_000;
    private static final String GAVE_UP = "job timed out after";

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
        /** A request that is repeated with its key is the same job. */
        TWO_JOBS,
        /** A job ends once. */
        TWO_ENDS,
        /** A job that has ended stays so. */
        WENT_BACK,
        /** Each part once and in order, or from the beginning after a retry. */
        STREAM,
        /** A webhook is called at least once for each end. */
        WEBHOOK,
        /** No caller waits past its wait. */
        LATE,
        /** As many jobs are removed as a purge says. */
        PURGE,
        /** A batch ends after the last of its jobs. */
        BATCH
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
            new JobCheck(job, owners, disturbances, found).run();
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
            case Submitted _, Acknowledged _, Repeated _, Purged _ -> "";
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

    /** What was seen of one job. */
    private static final class JobView {
        final String id;
        final long acknowledgedAt;
        final Submitted submitted;
        final List<State> states = new ArrayList<>();
        final List<Streamed> streamed = new ArrayList<>();
        final List<Unknown> unknown = new ArrayList<>();
        final List<Cancelled> cancels = new ArrayList<>();
        final List<Retried> retries = new ArrayList<>();
        final List<Hooked> hooks = new ArrayList<>();
        final List<Answered> brokenStreams = new ArrayList<>();

        JobView(Acknowledged acknowledged, Submitted submitted) {
            this.id = acknowledged.id();
            this.acknowledgedAt = acknowledged.at();
            this.submitted = submitted;
        }

        void add(Observation o) {
            switch (o) {
                case State s -> states.add(s);
                case Streamed s -> streamed.add(s);
                case Unknown u -> unknown.add(u);
                case Cancelled c -> cancels.add(c);
                case Retried r -> retries.add(r);
                case Hooked h -> hooks.add(h);
                case Answered a -> {
                    if (a.call() == Asked.STREAM && (a.http() == 0 || a.http() == 503)) {
                        brokenStreams.add(a);
                    }
                }
                case Submitted _, Acknowledged _, Repeated _, Purged _ -> {}
            }
        }

        /**
         * A job begins anew with each accepted retry.
         *
         * @return number of the beginning in which all of the time lies; -1 if it spans two
         */
        int epoch(long began, long at) {
            int epoch = 0;
            for (Retried retry : retries) {
                boolean mayHaveWorked = retry.http() == 200 || retry.http() == 0;
                long ended = retry.http() == 200 ? retry.at() : Long.MAX_VALUE;
                if (mayHaveWorked && retry.began() <= at) {
                    if (began < ended) {
                        return -1;
                    }
                    epoch++;
                }
            }
            return epoch;
        }
    }

    /** The rules about a single job. */
    private final class JobCheck {
        private final JobView job;
        private final Map<String, String> owners;
        private final List<Disturbance> disturbances;
        private final List<Violation> found;

        JobCheck(
                JobView job,
                Map<String, String> owners,
                List<Disturbance> disturbances,
                List<Violation> found) {
            this.job = job;
            this.owners = owners;
            this.disturbances = disturbances;
            this.found = found;
        }

        void run() {
            job.unknown.forEach(
                    u -> report(Rule.UNKNOWN, "%s at %d ms: 404".formatted(u.call(), u.at())));
            job.states.stream()
                    .filter(s -> !s.named().equals(job.id))
                    .forEach(s ->
                            report(Rule.MIX_UP, s.call() + " answered about the job " + s.named()));
            job.states.stream()
                    .filter(State::isTerminal)
                    .forEach(s ->
                            end(s.status(), s.parts(), s.error(), s.at(), s.call().toString()));
            job.hooks.forEach(h -> end(h.status(), h.parts(), h.error(), h.at(), "webhook"));
            ends();
            stream();
        }

        private void report(Rule rule, String what) {
            found.add(new Violation(rule, job.id, job.submitted.tag() + ": " + what));
        }

        /** Whether a job may end like this. */
        private void end(String status, List<String> parts, String error, long at, String where) {
            if (!mayEnd(status, error, at)) {
                report(
                        Rule.WRONG_END,
                        "%s at %d ms says %s (%s), expected %s"
                                .formatted(where, at, status, error, job.submitted.ends()));
            }
            if (status.equals("COMPLETED")) {
                bytes(parts, where);
            }
        }

        private boolean mayEnd(String status, String error, long at) {
            return switch (status) {
                case "CANCELLED" ->
                        job.cancels.stream().anyMatch(c -> c.began() <= at)
                                || job.submitted.endpoint().equals(Cluster.PURGED);
                case "FAILED" ->
                        job.submitted.ends().contains(status)
                                        && error.startsWith(job.submitted.failure())
                                || error.startsWith(GAVE_UP) && workersLost(at);
                default -> job.submitted.ends().contains(status);
            };
        }

        private boolean workersLost(long at) {
            return disturbances.stream()
                            .filter(d -> d.part().startsWith("processor"))
                            .filter(d -> d.from() >= job.acknowledgedAt && d.from() <= at)
                            .count()
                    >= workersBeforeFailure;
        }

        private void bytes(List<String> parts, String where) {
            List<String> expected = job.submitted.parts();
            if (parts.equals(expected)) {
                return;
            }
            for (String part : parts) {
                String owner = owners.get(part);
                if (owner != null && !owner.equals(job.id)) {
                    report(Rule.MIX_UP, where + " has bytes of the job " + owner);
                    return;
                }
            }
            report(
                    Rule.WRONG_BYTES,
                    "%s has %d parts %s, expected %d parts %s"
                            .formatted(where, parts.size(), parts, expected.size(), expected));
        }

        /** Each beginning of the job has one end, and that stays. */
        private void ends() {
            int last = job.epoch(Long.MAX_VALUE - 1, Long.MAX_VALUE - 1);
            Map<Integer, State> ends = new HashMap<>();
            job.states.sort(Comparator.comparingLong(State::at));
            for (State state : job.states) {
                int epoch = job.epoch(state.began(), state.at());
                if (epoch >= 0 && state.isTerminal()) {
                    State first = ends.putIfAbsent(epoch, state);
                    if (first != null && !sameEnd(first, state)) {
                        report(
                                Rule.TWO_ENDS,
                                "%s at %d ms, %s at %d ms"
                                        .formatted(
                                                first.status(),
                                                first.at(),
                                                state.status(),
                                                state.at()));
                    }
                }
            }
            for (State state : job.states) {
                State end = ends.get(job.epoch(state.began(), state.at()));
                if (end != null && !state.isTerminal() && state.began() > end.at()) {
                    report(
                            Rule.WENT_BACK,
                            "%s at %d ms, %s at %d ms"
                                    .formatted(end.status(), end.at(), state.status(), state.at()));
                }
            }
            if (!ends.containsKey(last) && last >= 0) {
                report(Rule.LOST, "acknowledged at %d ms, no end".formatted(job.acknowledgedAt));
            }
            acknowledgedCancels(ends);
            if (job.submitted.webhook()) {
                ends.forEach((epoch, end) -> webhook(epoch, last, end));
            }
        }

        private static boolean sameEnd(State one, State other) {
            return one.status().equals(other.status())
                    && one.parts().equals(other.parts())
                    && one.error().equals(other.error());
        }

        private void acknowledgedCancels(Map<Integer, State> ends) {
            for (Cancelled cancel : job.cancels) {
                State end = ends.get(job.epoch(cancel.began(), cancel.at()));
                if (end != null
                        && Observation.TERMINAL.contains(cancel.status())
                        && !cancel.status().equals(end.status())) {
                    report(
                            Rule.TWO_ENDS,
                            "cancel at %d ms says %s, %s at %d ms"
                                    .formatted(
                                            cancel.at(), cancel.status(), end.status(), end.at()));
                }
            }
        }

        private void webhook(int epoch, int last, State end) {
            long since =
                    epoch == 0 || epoch != last
                            ? 0
                            : job.retries.stream()
                                    .filter(r -> r.http() == 200)
                                    .mapToLong(Retried::began)
                                    .max()
                                    .orElse(0);
            if (job.hooks.stream()
                    .noneMatch(
                            h -> h.taken() && h.at() >= since && h.status().equals(end.status()))) {
                report(
                        Rule.WEBHOOK,
                        "%s at %d ms, webhook called %d times"
                                .formatted(end.status(), end.at(), job.hooks.size()));
            }
        }

        private void stream() {
            job.streamed.sort(Comparator.comparingLong(Streamed::at));
            int next = 0;
            int retries = 0;
            boolean anew = false;
            boolean lossy = false;
            for (Streamed reply : job.streamed) {
                anew |= reply.retries() > retries; // said by this reply, or by empty ones before it
                for (Observation.StreamPart part : reply.parts()) {
                    if (part.index() == 0 && anew) {
                        next = 0;
                    }
                    anew = false;
                    boolean gap = part.index() > next && reply.from() < 0 && brokeBefore(reply);
                    lossy |= gap;
                    if (part.index() != next && !gap) {
                        report(
                                Rule.STREAM,
                                "part %d at %d ms, expected %d; retries %d after %d"
                                        .formatted(
                                                part.index(),
                                                reply.at(),
                                                next,
                                                reply.retries(),
                                                retries));
                    }
                    streamedBytes(part);
                    next = part.index() + 1;
                }
                retries = Math.max(retries, reply.retries());
                if (reply.status().equals("COMPLETED")
                        && !lossy
                        && next != job.submitted.parts().size()
                        && !brokeBefore(reply)) {
                    report(
                            Rule.STREAM,
                            "ended at %d ms after %d of %d parts"
                                    .formatted(reply.at(), next, job.submitted.parts().size()));
                }
            }
        }

        /** A part counts as given with the last byte that the gateway was sent. */
        private boolean brokeBefore(Streamed reply) {
            return reply.from() < 0
                    && job.brokenStreams.stream().anyMatch(b -> b.at() <= reply.at());
        }

        private void streamedBytes(Observation.StreamPart part) {
            List<String> expected = job.submitted.parts();
            if (part.index() >= expected.size()
                    || !expected.get(part.index()).equals(part.hash())) {
                String owner = owners.get(part.hash());
                boolean other = owner != null && !owner.equals(job.id);
                report(
                        other ? Rule.MIX_UP : Rule.WRONG_BYTES,
                        "stream part %d is %s%s"
                                .formatted(
                                        part.index(),
                                        part.hash(),
                                        other ? ", of the job " + owner : ""));
            }
        }
    }

    private void lateness(
            List<Observation> observations, List<Disturbance> disturbances, List<Violation> found) {
        for (Observation o : observations) {
            if (o instanceof Answered a && a.call().waits()) {
                long allowed =
                        a.waitMillis()
                                + patience.toMillis()
                                + a.bytes() / BYTES_PER_MILLI
                                + unavoidable(a, disturbances);
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

    /**
     * A stopped gateway cannot answer, bytes on a slow network take their time, and {@code
     * /runsync} cannot answer before the job is durable, which a broker's fail-over delays.
     */
    private static long unavoidable(Answered call, List<Disturbance> disturbances) {
        boolean failsOver =
                call.call() == Asked.RUNSYNC
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
                    return; // nobody knows what it removed
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
