package io.heritage.transport.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.Ports;
import io.heritage.transport.SharedBroker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader of events may expect. */
public abstract class EventLogContract {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    private final JobId job = JobId.forRun(Clock.systemUTC());

    protected abstract Ports ports();

    @BeforeEach
    void createTopics() {
        ports().createTopics(List.of(), SharedBroker.SHORT_LOCK);
    }

    @Test
    void theHistoryOfAJobIsItsOwnEventsInOrder() {
        EventLog events = ports().events();
        JobId other = JobId.forRun(Clock.systemUTC());
        var expected = new ArrayList<JobEvent>();
        for (int i = 0; i < 50; i++) {
            JobEvent progress = progress(job, i);
            expected.add(progress);
            events.post(progress);
            events.post(progress(other, i));
        }
        JobEvent failed = new JobEvent.Failed(job, now, 1, new WorkerId("w"), "no", null);
        expected.add(failed);
        events.append(failed);

        assertThat(events.history(job, now.minus(HOUR))).isEqualTo(expected);
    }

    @Test
    void aJobWithoutEventsHasAnEmptyHistory() {
        assertThat(ports().events().history(job, now.minus(HOUR))).isEmpty();
    }

    @Test
    void eventsBeforeTheGivenTimeAreLeftOut() {
        ports().events().append(progress(job, 0));

        assertThat(ports().events().history(job, now.plus(HOUR))).isEmpty();
    }

    private JobEvent progress(JobId id, int sequence) {
        return new JobEvent.Progress(id, now, 1, sequence, IntNode.valueOf(sequence));
    }
}
