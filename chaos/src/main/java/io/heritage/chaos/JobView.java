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
import java.util.ArrayList;
import java.util.List;

/** Observations of one job. */
final class JobView {
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
            case Submitted _, Acknowledged _, Reconnected _, Repeated _, Purged _ -> {}
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
            boolean mayHaveWorked = // a 503 says that it is not known
                    retry.http() == 200 || retry.http() == 0 || retry.http() == 503;
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
