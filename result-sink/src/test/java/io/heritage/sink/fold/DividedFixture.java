package io.heritage.sink.fold;

import static io.heritage.sink.Samples.WORKER;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Command;
import io.heritage.schemas.Division;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.JobPart;
import io.heritage.schemas.JobState;
import io.heritage.schemas.Payload;
import io.heritage.schemas.Wire;
import io.heritage.sink.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;

/** A job that its worker divides into parts. */
@SuppressWarnings("NullAway.Init")
abstract class DividedFixture extends TopologyFixture {
    Job parent;

    @BeforeEach
    void submitIt() {
        parent = submit(samples.job());
    }

    JobId part(int index) {
        return JobPart.id(parent.id(), 1, index);
    }

    void divide() {
        happens(samples.started(parent, 1));
        happens(division());
    }

    JobEvent.Divided division() {
        var segments = new ArrayList<JobPart.Segment>();
        for (int i = 0; i < 3; i++) {
            segments.add(new JobPart.Segment(30 * i, 30 * i + 30, 30 * i, 30 * i + 30, 9, 2, 1));
        }
        return new JobEvent.Divided(
                parent.id(), clock.instant(), 1, WORKER, new Division(segments));
    }

    void starts(int index, int attempt) {
        happens(new JobEvent.Started(part(index), clock.instant(), attempt, WORKER));
    }

    void completes(int index, int attempt) {
        happens(new JobEvent.Completed(part(index), clock.instant(), attempt, WORKER, made(index)));
    }

    void runs(int index) {
        starts(index, 1);
        completes(index, 1);
    }

    void fails(int index, int attempt) {
        clock.move(Duration.ofSeconds(1));
        starts(index, attempt);
        happens(new JobEvent.Failed(part(index), clock.instant(), attempt, WORKER, "broken", null));
    }

    void progresses(int index, int frames) {
        clock.move(Duration.ofSeconds(1));
        happens(
                new JobEvent.Progress(
                        part(index),
                        clock.instant(),
                        1,
                        WORKER,
                        frames,
                        Samples.json("{'frames_done':" + frames + "}")));
    }

    Payload made(int index) {
        return Payload.ofJson(Samples.json("{'made':" + index + "}"));
    }

    List<Job> queued() {
        return queue.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, Job.class))
                .toList();
    }

    JsonNode progress() {
        return Objects.requireNonNull(((JobState.Running) state(parent)).progress());
    }

    JobState stateOf(int index) {
        return Objects.requireNonNull(find(part(index))).state();
    }

    List<JobId> cancelled() {
        return commands.readValuesToList().stream()
                .map(bytes -> Wire.decode(bytes, Command.class).jobId())
                .toList();
    }
}
