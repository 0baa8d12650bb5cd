package io.heritage.transport.kafka;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Names of topics and groups. */
public final class Topics {
    public static final String MEDIA = "heritage.media";
    public static final String RESULTS = "heritage.results";
    public static final String EVENTS = "heritage.events";
    public static final String COMMANDS = "heritage.commands";
    public static final String WORKERS = "heritage.workers";

    private Topics() {}

    public static String jobs(EndpointId endpoint, Lane lane) {
        return "heritage.jobs." + endpoint.value() + "." + lane.wireName();
    }

    /** The first shard's topic has the name of the lane, so that a lane without shards is one. */
    public static String jobs(EndpointId endpoint, Lane lane, int shard) {
        String name = jobs(endpoint, lane);
        return shard == 0 ? name : name + "." + shard;
    }

    public static String jobs(Job job) {
        return jobs(job, 0);
    }

    public static String jobs(Job job, int shard) {
        return jobs(job.endpoint(), job.policy().lane(), shard);
    }

    /**
     * Every lane of the endpoints, in the order of {@link Lane}; of lanes with shards the first.
     */
    public static List<String> jobs(Collection<EndpointId> endpoints) {
        return jobs(endpoints, 1);
    }

    /** The same with the first so many shards of each lane. */
    public static List<String> jobs(Collection<EndpointId> endpoints, int shards) {
        return List.of(Lane.values()).stream()
                .flatMap(lane ->
                        endpoints.stream()
                                .flatMap(endpoint ->
                                        IntStream.range(0, shards)
                                                .mapToObj(shard -> jobs(endpoint, lane, shard))))
                .toList();
    }

    /** Matches the topics of all lanes of the endpoints, whatever their shards. */
    public static Pattern everyShard(Collection<EndpointId> endpoints) {
        return Pattern.compile(
                jobs(endpoints).stream()
                        .map(topic -> topic.replace(".", "\\."))
                        .collect(Collectors.joining("|", "(", ")(\\.[1-9][0-9]*)?")));
    }

    /** The shard of a jobs topic, from 0. */
    public static int shard(String jobsTopic) {
        String last = jobsTopic.substring(jobsTopic.lastIndexOf('.') + 1);
        boolean isLane =
                List.of(Lane.values()).stream().anyMatch(lane -> lane.wireName().equals(last));
        return isLane ? 0 : Integer.parseInt(last);
    }

    /** The share group of a jobs topic: each has its own, so that lanes do not share a window. */
    public static String shareGroup(String jobsTopic) {
        return jobsTopic;
    }
}
