package io.heritage.chaos;

import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobId;
import io.heritage.schemas.Wire;
import io.heritage.transport.kafka.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** How long jobs waited for another worker after theirs died, from the event log. */
final class Redelivery {
    private Redelivery() {}

    private record Event(long at, JobEvent event) {}

    /**
     * @param startedAt the wall clock at the zero of the disturbances
     * @return milliseconds from the death of each busy worker to the next start of its job
     */
    static List<Long> times(
            String bootstrapServers, Instant startedAt, List<Disturbance> disturbances) {
        Map<JobId, List<Event>> events = events(bootstrapServers);
        var times = new ArrayList<Long>();
        for (Disturbance d : disturbances) {
            boolean dies =
                    d.kind() == Disturbance.Kind.KILL || d.kind() == Disturbance.Kind.OWN_END;
            if (dies && d.part().startsWith("processor")) {
                long died = startedAt.toEpochMilli() + d.from();
                events.values().forEach(job -> after(job, d.part(), died, times));
            }
        }
        times.sort(null);
        return times;
    }

    /** Adds the time of a job, if it was with the worker. */
    private static void after(List<Event> job, String worker, long died, List<Long> times) {
        boolean running = false;
        for (Event e : job) {
            if (e.at() <= died) {
                running = runsAfter(e.event(), worker, running);
            } else if (running && e.event() instanceof JobEvent.Started) {
                times.add(e.at() - died);
                return;
            } else if (running && !(e.event() instanceof JobEvent.Abandoned)) {
                return; // it ended in another way
            }
        }
    }

    private static boolean runsAfter(JobEvent event, String worker, boolean before) {
        return switch (event) {
            case JobEvent.Started started -> started.worker().value().equals(worker);
            case JobEvent.Progress _, JobEvent.PartReady _, JobEvent.PartsStreamed _ -> before;
            default -> false;
        };
    }

    private static Map<JobId, List<Event>> events(String bootstrapServers) {
        Map<JobId, List<Event>> events = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicContent.of(bootstrapServers, Topics.EVENTS::equals)) {
            JobEvent event = Wire.decode(record.value(), JobEvent.class);
            events.computeIfAbsent(event.jobId(), _ -> new ArrayList<>())
                    .add(new Event(record.timestamp(), event));
        }
        return events;
    }

    /** Names of all topics there are. */
    static List<String> topics(String bootstrapServers) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.listTopics().names().get().stream().sorted().toList();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException("cannot list the topics", e);
        }
    }
}
