package io.heritage.chaos;

import io.heritage.chaos.Checker.Rule;
import io.heritage.chaos.Checker.Violation;
import io.heritage.chaos.Observation.Cancelled;
import io.heritage.chaos.Observation.Retried;
import io.heritage.chaos.Observation.State;
import io.heritage.chaos.Observation.Streamed;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules about a single job. */
final class JobCheck {
    private static final String GAVE_UP = "job timed out after";

    private final JobView job;
    private final Map<String, String> owners;
    private final List<Disturbance> disturbances;
    private final int workersBeforeFailure;
    private final List<Violation> found;

    /**
     * @param owners whose job a part belongs to, by its hash
     * @param workersBeforeFailure number of workers that may die with a job before it fails
     * @param found violations are added to it
     */
    JobCheck(
            JobView job,
            Map<String, String> owners,
            List<Disturbance> disturbances,
            int workersBeforeFailure,
            List<Violation> found) {
        this.job = job;
        this.owners = owners;
        this.disturbances = disturbances;
        this.workersBeforeFailure = workersBeforeFailure;
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
                .forEach(s -> end(s.status(), s.parts(), s.error(), s.at(), s.call().toString()));
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
                                .formatted(cancel.at(), cancel.status(), end.status(), end.at()));
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
                .noneMatch(h -> h.taken() && h.at() >= since && h.status().equals(end.status()))) {
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
        return reply.from() < 0 && job.brokenStreams.stream().anyMatch(b -> b.at() <= reply.at());
    }

    private void streamedBytes(Observation.StreamPart part) {
        List<String> expected = job.submitted.parts();
        if (part.index() >= expected.size() || !expected.get(part.index()).equals(part.hash())) {
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
