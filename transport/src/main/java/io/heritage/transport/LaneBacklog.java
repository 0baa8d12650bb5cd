package io.heritage.transport;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which lanes have unfinished jobs, asked without joining their groups. */
final class LaneBacklog {
    private static final Logger LOG = LoggerFactory.getLogger(LaneBacklog.class);

    private final Admin admin;

    LaneBacklog(Admin admin) {
        this.admin = admin;
    }

    /** Of the jobs topics those with a job that waits, or that another worker is running. */
    Set<String> unfinished(Collection<String> topics) throws InterruptedException {
        Map<String, ListShareGroupOffsetsSpec> groups =
                topics.stream()
                        .collect(
                                Collectors.toMap(
                                        Topics::shareGroup,
                                        Function.<String>identity()
                                                .andThen(LaneBacklog::partitionOf)));
        ListShareGroupOffsetsResult result = admin.listShareGroupOffsets(groups);
        var unfinished = new HashSet<String>();
        for (String topic : topics) {
            if (hasUnfinished(result, topic)) {
                unfinished.add(topic);
            }
        }
        return unfinished;
    }

    private static boolean hasUnfinished(ListShareGroupOffsetsResult result, String topic)
            throws InterruptedException {
        try {
            SharePartitionOffsetInfo info =
                    result.partitionsToOffsetInfo(Topics.shareGroup(topic))
                            .get()
                            .get(new TopicPartition(topic, 0));
            return info == null || info.lag().orElse(1L) > 0;
        } catch (ExecutionException e) {
            LOG.atWarn()
                    .addKeyValue("topic", topic)
                    .addKeyValue("error", String.valueOf(e.getCause()))
                    .log("cannot tell whether jobs wait; taken for none");
            return false;
        }
    }

    private static ListShareGroupOffsetsSpec partitionOf(String topic) {
        return new ListShareGroupOffsetsSpec()
                .topicPartitions(Set.of(new TopicPartition(topic, 0)));
    }
}
