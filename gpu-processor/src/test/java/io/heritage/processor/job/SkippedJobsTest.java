package io.heritage.processor.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.queue.JobQueue;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs that the loop takes and does not run. */
class SkippedJobsTest extends JobLoopFixture {
    @Test
    void aJobThatWaitedWhenItsQueueWasPurgedIsNotBegun() throws Exception {
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        run(_ -> {
            throw new AssertionError("begun");
        });

        assertThat(events).isEmpty();
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Its parent was begun before, or it would not exist. */
    @Test
    void aPurgeMeetsNoPartOfADividedJob() throws Exception {
        job = Division.segment(job, divided(), 1);
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        run(_ -> nothing());
        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aJobThatIsDividedIsNotRunWhole() throws Exception {
        run(_ -> new JobAnswer.InParts(divided().division()));
        assertThat(namesOfEvents()).containsExactly("Started", "Divided");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** The sink had written it once more, since it had not seen the first in the queue. */
    @Test
    void aSecondRecordOfAJobThatRunsIsSkipped() throws Exception {
        var another = new WorkerId("another");
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, another));
        job = job.requeuedAfter(job.attemptsUpTo(0));
        attempt = job.attemptsBefore() + 1;
        run(_ -> {
            throw new IllegalStateException("it runs elsewhere");
        });
        assertThat(events).hasSize(1);
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** Its worker died between the event and the acknowledgement. */
    @Test
    void aDividedJobThatIsDeliveredAgainIsSkipped() throws Exception {
        attempt = 2;
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, WORKER));
        events.add(divided());
        run(_ -> nothing());
        assertThat(namesOfEvents()).containsExactly("Started", "Divided");
        assertThat(ends).containsExactly("finished", "closed");
    }

    /** What a worker wrote that had lost the job does not count: nobody runs these parts. */
    @Test
    void aDivisionByAReplacedWorkerKeepsNoJob() throws Exception {
        attempt = 3;
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, WORKER));
        events.add(
                new JobEvent.Started(job.id(), CLOCK.instant(), 2, new WorkerId("another-worker")));
        events.add(divided());
        run(_ -> nothing());
        assertThat(namesOfEvents())
                .containsExactly("Started", "Started", "Divided", "Started", "Completed");
    }

    @Test
    void aPurgeOfAnotherOwnerOrOfEarlierJobsKeepsNoJob() throws Exception {
        heardBefore.add(new Command.Purge(purged("another", 8)));
        heardBefore.add(new Command.Purge(purged("tester", 7)));
        run(_ -> nothing());

        assertThat(namesOfEvents()).containsExactly("Started", "Completed");
    }

    /** It ran when the queue was purged, its worker died, and it is delivered again. */
    @Test
    void aJobThatWasBegunBeforeThePurgeIsRunAgain() throws Exception {
        attempt = 2;
        heardBefore.add(new Command.Purge(purged("tester", 8)));
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, new WorkerId("dead")));
        events.add(purged("tester", 8));
        run(_ -> nothing());

        assertThat(namesOfEvents()).endsWith("Started", "Completed");
    }

    /** The command was not heard; the log tells. */
    @Test
    void aJobThatWasHandedBackBeforeThePurgeIsNotRunAgain() throws Exception {
        attempt = 2;
        WorkerId other = new WorkerId("other");
        events.add(new JobEvent.Started(job.id(), CLOCK.instant(), 1, other));
        events.add(new JobEvent.HandedBack(job.id(), CLOCK.instant(), 1, other));
        events.add(purged("tester", 8));
        run(_ -> {
            throw new AssertionError("begun");
        });

        assertThat(ends).containsExactly("finished", "closed");
    }

    @Test
    void aPurgeIsForgottenOnceItsQueueIsThroughWithItsJobs() throws Exception {
        queues.jobs().submit(job);
        var purges = new PurgedOffsets(queues.windows());
        purges.add(purged("tester", 1));
        purges.forgetPast();
        assertThat(purges.isEmpty()).isFalse();

        try (JobQueue queue = queues.queue(List.of(job.endpoint()), WORKER)) {
            queue.take(Duration.ofSeconds(1)).orElseThrow().finish();
        }
        purges.forgetPast();
        assertThat(purges.isEmpty()).isTrue();
    }
}
