package io.heritage.schemas;

import static io.heritage.schemas.Samples.ID;
import static io.heritage.schemas.Samples.WORKER;
import static io.heritage.schemas.Samples.after;
import static io.heritage.schemas.Samples.job;
import static io.heritage.schemas.Samples.json;
import static io.heritage.schemas.Samples.output;
import static io.heritage.schemas.Samples.started;
import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.JobState.Execution;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Two attempts, their events in every order in which a log can have them. */
class JobFencingTest {
    private final JobRecord queued = JobRecord.unseen(ID).submitted(job());

    private static final WorkerId OTHER = new WorkerId("gpu-1");

    record Attempt(int number, WorkerId worker) {
        JobEvent.Started started() {
            return new JobEvent.Started(ID, after(2), number, worker);
        }

        List<JobEvent> events(JobEvent end) {
            return List.of(
                    started(),
                    new JobEvent.Progress(ID, after(3), number, worker, 1, json("{}")),
                    new JobEvent.PartReady(ID, after(4), number, worker, 0, output()),
                    end);
        }

        List<JobEvent> ends() {
            return List.of(
                    new JobEvent.Completed(ID, after(5), number, worker, output()),
                    new JobEvent.Failed(ID, after(5), number, worker, "bad", null),
                    new JobEvent.HandedBack(ID, after(5), number, worker),
                    new JobEvent.Abandoned(ID, after(95), number, worker));
        }
    }

    @Test
    void onlyEventsOfTheCurrentAttemptCountInWhateverOrder() {
        int orders = 0;
        var first = new Attempt(1, WORKER);
        for (Attempt second : List.of(new Attempt(2, OTHER), new Attempt(1, OTHER))) {
            for (JobEvent end : first.ends()) {
                for (JobEvent otherEnd : second.ends()) {
                    for (List<JobEvent> log :
                            interleaved(first.events(end), second.events(otherEnd))) {
                        check(log);
                        orders++;
                    }
                }
            }
        }
        assertThat(orders).isEqualTo(2 * 16 * 70);
    }

    private void check(List<JobEvent> log) {
        JobRecord record = queued;
        Attempt current = null;
        int late = 0;
        for (JobEvent event : log) {
            Attempt of = attemptOf(event);
            JobState before = record.state();
            boolean starts = event instanceof JobEvent.Started;
            boolean counts =
                    !before.isTerminal()
                            && (starts
                                    ? current == null || of.number() >= current.number()
                                    : of.equals(current));
            record = record.apply(event);
            if (counts) {
                current = of;
                assertThat(record.state().lastExecution())
                        .as("%s in %s", event, log)
                        .isEqualTo(new Execution(of.worker(), after(2), of.number()));
                assertThat(record.state().status())
                        .as("%s in %s", event, log)
                        .isEqualTo(statusAfter(event));
            } else {
                late++;
                assertThat(record.state()).as("%s in %s", event, log).isEqualTo(before);
            }
            assertThat(record.lateEvents()).as("%s in %s", event, log).isEqualTo(late);
        }
    }

    private String statusAfter(JobEvent event) {
        return switch (event) {
            case JobEvent.Completed _ -> "COMPLETED";
            case JobEvent.Failed _ -> "FAILED";
            case JobEvent.HandedBack _, JobEvent.Abandoned _ -> "IN_QUEUE";
            default -> "IN_PROGRESS";
        };
    }

    private Attempt attemptOf(JobEvent event) {
        return switch (event) {
            case JobEvent.Started e -> new Attempt(e.attempt(), e.worker());
            case JobEvent.Progress e ->
                    new Attempt(e.attempt(), Objects.requireNonNull(e.worker()));
            case JobEvent.PartReady e ->
                    new Attempt(e.attempt(), Objects.requireNonNull(e.worker()));
            case JobEvent.Completed e -> new Attempt(e.attempt(), e.worker());
            case JobEvent.Failed e -> new Attempt(e.attempt(), Objects.requireNonNull(e.worker()));
            case JobEvent.HandedBack e -> new Attempt(e.attempt(), e.worker());
            case JobEvent.Abandoned e -> new Attempt(e.attempt(), e.worker());
            default -> throw new IllegalArgumentException("of no attempt: " + event);
        };
    }

    private List<List<JobEvent>> interleaved(List<JobEvent> a, List<JobEvent> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return List.of(a.isEmpty() ? b : a);
        }
        var all = new ArrayList<List<JobEvent>>();
        for (List<JobEvent> rest : interleaved(a.subList(1, a.size()), b)) {
            all.add(before(a.getFirst(), rest));
        }
        for (List<JobEvent> rest : interleaved(a, b.subList(1, b.size()))) {
            all.add(before(b.getFirst(), rest));
        }
        return all;
    }

    private List<JobEvent> before(JobEvent first, List<JobEvent> rest) {
        var log = new ArrayList<JobEvent>();
        log.add(first);
        log.addAll(rest);
        return log;
    }

    @Test
    void whatTheSinkSaysOfAnAttemptCountsOnlyForThatOne() {
        JobRecord running = queued.apply(started(1, 2)).apply(started(2, 60));
        var late = new JobEvent.Failed(ID, after(61), 1, null, "executionTimeout exceeded", null);
        assertThat(running.apply(late).state()).isEqualTo(running.state());
        var neverBegun = new JobEvent.Failed(ID, after(61), 0, null, "lost", null);
        assertThat(running.apply(neverBegun).state()).isEqualTo(running.state());
    }

    @Test
    void startsWhoseWorkerStoppedBeforeFinishingAreCounted() {
        JobRecord record =
                queued.apply(started(1, 2))
                        .apply(started(2, 60))
                        .apply(new JobEvent.Abandoned(ID, after(150), 2, WORKER))
                        .apply(started(3, 160))
                        .apply(new JobEvent.HandedBack(ID, after(170), 3, WORKER));
        assertThat(record.unfinishedStarts()).isEqualTo(2);
    }

    @Test
    void noTwoQueueRecordsGiveAnAttemptTheSameNumber() {
        Job first = job();
        Job second = first.requeuedAfter(first.attemptsUpTo(0));
        Job third = second.requeuedAfter(second.attemptsUpTo(2));
        assertThat(second.attemptsBefore()).isGreaterThan(first.attemptsBefore() + 25);
        assertThat(third.attemptsBefore()).isGreaterThan(second.attemptsBefore() + 25);
    }
}
