package io.heritage.processor;

import io.heritage.observe.Meters;
import io.heritage.observe.trace.Traces;
import io.heritage.processor.job.AttemptMeters;
import io.heritage.processor.job.AttemptTrace;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.KafkaTransport;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.ControlBoard;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.WorkerBoard;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueWindows;
import java.util.Collection;
import java.util.function.Supplier;

/**
 * The ports through which a processor reaches Kafka. The caller owns all of them except the queues,
 * which the processor opens.
 *
 * @param queue joins the queues of the processor's endpoints; opened when the models are loaded,
 *     because a member that does not poll keeps jobs from others
 * @param media where inputs are
 * @param results where outputs go
 * @param meters where attempts, stages and memory are recorded
 * @param traces where each attempt is
 */
public record ProcessorPorts(
        Supplier<JobQueue> queue,
        QueueWindows windows,
        EventLog events,
        MediaStore media,
        MediaStore results,
        CommandBus commands,
        WorkerBoard workers,
        ControlBoard controls,
        Meters meters,
        Traces traces) {

    /** The same without metrics and traces. */
    public ProcessorPorts(
            Supplier<JobQueue> queue,
            QueueWindows windows,
            EventLog events,
            MediaStore media,
            MediaStore results,
            CommandBus commands,
            WorkerBoard workers,
            ControlBoard controls) {
        this(
                queue,
                windows,
                events,
                media,
                results,
                commands,
                workers,
                controls,
                Meters.none(),
                Traces.none());
    }

    /** Meters and trace of one attempt. */
    AttemptMeters recordOf(ClaimedJob claim, int number, WorkerId worker) {
        return new AttemptMeters(meters, new AttemptTrace(traces, claim, number, worker));
    }

    /** All ports on Kafka, whose topics exist; without metrics and traces. */
    public static ProcessorPorts of(
            KafkaTransport transport, Collection<EndpointId> endpoints, WorkerId worker) {
        return of(transport, endpoints, worker, Meters.none(), Traces.none());
    }

    /** All ports on Kafka, whose topics exist. */
    public static ProcessorPorts of(
            KafkaTransport transport,
            Collection<EndpointId> endpoints,
            WorkerId worker,
            Meters meters,
            Traces traces) {
        return new ProcessorPorts(
                () -> transport.queue(endpoints, worker),
                transport.windows(),
                transport.events(),
                transport.media(),
                transport.limitedResults(),
                transport.commands(),
                transport.workers(),
                transport.controls(),
                meters,
                traces);
    }
}
