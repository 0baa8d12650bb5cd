package io.heritage.sink.scale;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.http.AdminPage;
import io.heritage.observe.Meters;
import io.heritage.observe.Metric;
import io.heritage.schemas.EndpointId;
import io.heritage.sink.fold.JobDirectory;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /internal/scaling/ENDPOINT}: the number of flex workers that a scaler should start.
 */
public final class ScalingPage implements AdminPage {
    private static final Logger LOG = LoggerFactory.getLogger(ScalingPage.class);
    private static final long KEPT_NANOS = 1_000_000_000L;
    private static final long TOLD_NANOS = 60_000_000_000L;

    /** Most questions whose answers are cached for a second; beyond it each is computed. */
    private static final int MOST_KEPT = 100;

    private final Set<EndpointId> endpoints;
    private final DemandReader demand;
    private final Meters meters;
    private final LongSupplier nanoTime;
    private final Map<Question, Kept> kept = new ConcurrentHashMap<>();
    private final Map<EndpointId, Told> told = new ConcurrentHashMap<>();

    /**
     * @param nanoTime as {@link System#nanoTime()}
     */
    public ScalingPage(
            Set<EndpointId> endpoints, DemandReader demand, Meters meters, LongSupplier nanoTime) {
        this.endpoints = Set.copyOf(endpoints);
        this.demand = demand;
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    private record Question(EndpointId endpoint, ScalingTarget target) {}

    private record Kept(Demand demand, long at) {}

    private record Told(int flex, int active, long at) {}

    @Override
    public Reply of(String last, Function<String, Optional<String>> query)
            throws InterruptedException {
        try {
            var question = new Question(new EndpointId(last), ScalingTarget.parse(query));
            if (!endpoints.contains(question.endpoint())) {
                return refusal(404, "endpoint not found");
            }
            return answer(question);
        } catch (IllegalArgumentException e) {
            return refusal(400, String.valueOf(e.getMessage()));
        } catch (JobDirectory.NotServing e) {
            return refusal(503, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) { // whatever it was, the scaler must not take it for a number
            LOG.atWarn().setCause(e).log("cannot answer the scaler");
            return refusal(503, "the state of the queue cannot be read now");
        }
    }

    private Reply answer(Question question) throws JobDirectory.NotServing, InterruptedException {
        Demand now = demandOf(question);
        int wanted = ScalingRule.flex(now, question.target());
        remember(question, wanted);
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("flex", wanted)
                        .put("queue", now.queue())
                        .put("running", now.running())
                        .put("waitedLong", now.waitedLong())
                        .put("oldestMs", now.oldest().toMillis())
                        .put("workers", now.workers());
        now.meanExecution().ifPresent(mean -> json.put("meanExecutionMs", mean.toMillis()));
        if (ScalingRule.isCrashing(now)) {
            json.put(
                    "unhealthy",
                    "%d workers died before they took a job".formatted(now.deadBeforeReady()));
        }
        return new Reply(200, json.toString());
    }

    private void remember(Question question, int flex) {
        EndpointId endpoint = question.endpoint();
        var now = new Told(flex, question.target().active(), nanoTime.getAsLong());
        if (told.put(endpoint, now) == null) {
            meters.gauge(Metric.SCALER_FLEX, () -> last(endpoint, Told::flex), endpoint.value());
            meters.gauge(
                    Metric.SCALER_ACTIVE, () -> last(endpoint, Told::active), endpoint.value());
        }
    }

    /** NaN if the scaler now asks another sink, which then has the number. */
    private double last(EndpointId endpoint, ToIntFunction<Told> number) {
        Told last = told.get(endpoint);
        return last == null || nanoTime.getAsLong() - last.at() > TOLD_NANOS
                ? Double.NaN
                : number.applyAsInt(last);
    }

    private Demand demandOf(Question question)
            throws JobDirectory.NotServing, InterruptedException {
        long now = nanoTime.getAsLong();
        Kept last = kept.get(question);
        if (last != null && now - last.at() < KEPT_NANOS) {
            return last.demand();
        }
        Demand fresh =
                demand.of(
                        question.endpoint(), question.target().patience(), question.target().max());
        if (kept.size() >= MOST_KEPT) {
            kept.clear();
        }
        kept.put(question, new Kept(fresh, now));
        return fresh;
    }

    private static Reply refusal(int status, String error) {
        return new Reply(
                status, JsonNodeFactory.instance.objectNode().put("error", error).toString());
    }
}
