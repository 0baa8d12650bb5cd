package io.heritage.sink.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.Batch;
import io.heritage.schemas.JobId;
import java.util.List;
import java.util.Locale;

/**
 * Progress of a batch.
 *
 * @param members by index
 */
public record BatchProgress(List<MemberState> members) {
    private static final String COMPLETED = "COMPLETED";
    private static final List<String> STATES =
            List.of(
                    MemberState.IN_QUEUE,
                    "IN_PROGRESS",
                    COMPLETED,
                    "FAILED",
                    "CANCELLED",
                    "TIMED_OUT");

    public BatchProgress {
        members = List.copyOf(members);
    }

    public boolean isOver() {
        return members.stream().allMatch(MemberState::isEnded);
    }

    public int ended() {
        return (int) members.stream().filter(MemberState::isEnded).count();
    }

    public boolean hasAnyCompleted() {
        return count(COMPLETED) > 0;
    }

    /** Number of jobs by state, and of all that have ended. */
    public ObjectNode counts() {
        ObjectNode counts = JsonNodeFactory.instance.objectNode();
        counts.put("progress", Math.round(100.0 * ended() / members.size()) / 100.0);
        counts.put("jobs_total", members.size());
        for (String state : STATES) {
            counts.put(state.toLowerCase(Locale.ROOT), count(state));
        }
        return counts;
    }

    /** The same with the id and the state of each. */
    public ObjectNode told(JobId batch) {
        ObjectNode told = counts();
        var jobs = told.putArray("jobs");
        for (int i = 0; i < members.size(); i++) {
            jobs.addObject()
                    .put("id", Batch.id(batch, i).value())
                    .put("status", members.get(i).status());
        }
        return told;
    }

    private long count(String state) {
        return members.stream().filter(member -> member.status().equals(state)).count();
    }
}
