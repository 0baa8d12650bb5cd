package io.heritage.chaos;

import io.heritage.processor.job.InputBody;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.Job;
import io.heritage.schemas.Wire;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** All queued jobs, including those whose clients got no acknowledgement. */
final class QueuedJobs {
    private static final String QUEUES = "heritage.jobs.";

    private QueuedJobs() {}

    /** Ids by the tag of the script; a job that was queued again has one. */
    static Map<String, Set<String>> byTag(String bootstrapServers) {
        Map<String, Set<String>> ids = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicContent.of(bootstrapServers, topic -> topic.startsWith(QUEUES))) {
            Job job = Wire.decode(record.value(), Job.class);
            if (job.part() == null) {
                ids.computeIfAbsent(tagOf(job), _ -> new HashSet<>()).add(job.id().value());
            }
        }
        return ids;
    }

    private static String tagOf(Job job) {
        try {
            return InputBody.of(job).path("script").path("tag").asText();
        } catch (InvalidInput e) {
            throw new IllegalStateException("a client of this run sent it", e);
        }
    }
}
