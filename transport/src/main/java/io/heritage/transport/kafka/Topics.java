package io.heritage.transport.kafka;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import io.heritage.schemas.PublishedModel;
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
    public static final String CONTROLS = "heritage.controls";

    /** The only partition of each jobs topic. */
    public static final int JOBS_PARTITION = 0;

    /**
     * The shard of each lane that canary workers serve; those that jobs are dealt to are smaller.
     */
    public static final int CANARY_SHARD = 999;

    private static final String JOBS = "heritage.jobs.";
    private static final String WAITING = ".wait";
    private static final String SHARD = "\\.[1-9][0-9]*";

    /** Numbers of model lanes; those of other shards are smaller. */
    private static final int FIRST_OF_MODELS = 1000;

    private static final String MODELS =
            laneModels().stream().map(model -> "|\\." + model.id()).collect(Collectors.joining());

    private Topics() {}

    public static String jobs(EndpointId endpoint, Lane lane) {
        return JOBS + endpoint.value() + "." + lane.wireName();
    }

    /** The first shard's topic has the name of the lane, so that a lane without shards is one. */
    public static String jobs(EndpointId endpoint, Lane lane, int shard) {
        String name = jobs(endpoint, lane);
        if (shard >= FIRST_OF_MODELS) {
            return name + "." + PublishedModel.values()[shard - FIRST_OF_MODELS].id();
        }
        return shard == 0 ? name : name + "." + shard;
    }

    /** Jobs of a lane that name a model, where models have lanes: a shard like others. */
    public static String jobs(EndpointId endpoint, Lane lane, PublishedModel model) {
        return jobs(endpoint, lane, shardOf(model));
    }

    /** The number of a model's shard; versions need not agree on it. */
    public static int shardOf(PublishedModel model) {
        return FIRST_OF_MODELS + model.ordinal();
    }

    /** Models that have lanes of their own where that is configured: those a request can name. */
    public static List<PublishedModel> laneModels() {
        return PublishedModel.restoring();
    }

    /**
     * Jobs of a lane that wait for their owner's turn. No worker reads it: the sink writes them
     * into the lane.
     */
    public static String waiting(EndpointId endpoint, Lane lane) {
        return jobs(endpoint, lane) + WAITING;
    }

    public static String waiting(Job job) {
        return waiting(job.endpoint(), job.policy().lane());
    }

    /**
     * @param laneTopic of its first shard
     */
    public static String waiting(String laneTopic) {
        return laneTopic + WAITING;
    }

    /** One topic for every lane of the endpoints. */
    public static List<String> waiting(Collection<EndpointId> endpoints) {
        return jobs(endpoints).stream().map(Topics::waiting).toList();
    }

    public static boolean isWaiting(String jobsTopic) {
        return jobsTopic.endsWith(WAITING);
    }

    public static EndpointId endpoint(String jobsTopic) {
        String lane = lane(jobsTopic);
        return new EndpointId(lane.substring(JOBS.length(), lane.lastIndexOf('.')));
    }

    /** The lane's topic for a topic of a shard or of waiting jobs. */
    public static String lane(String jobsTopic) {
        int end = jobsTopic.lastIndexOf('.');
        return isLane(jobsTopic.substring(end + 1)) ? jobsTopic : jobsTopic.substring(0, end);
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

    /** The lanes of models, for endpoints that have such. */
    public static List<String> modelLanes(Collection<EndpointId> endpoints) {
        return List.of(Lane.values()).stream()
                .flatMap(lane ->
                        endpoints.stream()
                                .flatMap(endpoint ->
                                        laneModels().stream()
                                                .map(model -> jobs(endpoint, lane, model))))
                .toList();
    }

    /** The canary's shards of all lanes of the endpoints. */
    public static List<String> canaries(Collection<EndpointId> endpoints) {
        return List.of(Lane.values()).stream()
                .flatMap(lane ->
                        endpoints.stream().map(endpoint -> jobs(endpoint, lane, CANARY_SHARD)))
                .toList();
    }

    public static boolean isModelLane(String jobsTopic) {
        return shard(jobsTopic) >= FIRST_OF_MODELS;
    }

    /** Matches the topics of all lanes of the endpoints, with all shards and models. */
    public static Pattern everyShard(Collection<EndpointId> endpoints) {
        return withEnding(endpoints, SHARD + MODELS);
    }

    /** The same, and those with the jobs that wait for their owner's turn. */
    public static Pattern everyQueue(Collection<EndpointId> endpoints) {
        return withEnding(endpoints, SHARD + MODELS + "|" + WAITING.replace(".", "\\."));
    }

    private static Pattern withEnding(Collection<EndpointId> endpoints, String endings) {
        return Pattern.compile(
                jobs(endpoints).stream()
                        .map(topic -> topic.replace(".", "\\."))
                        .collect(Collectors.joining("|", "(", ")(" + endings + ")?")));
    }

    /** The shard of a jobs topic, from 0. */
    public static int shard(String jobsTopic) {
        String last = jobsTopic.substring(jobsTopic.lastIndexOf('.') + 1);
        if (isLane(last) || isWaiting(jobsTopic)) {
            return 0;
        }
        return PublishedModel.of(last).map(Topics::shardOf).orElseGet(() -> Integer.parseInt(last));
    }

    private static boolean isLane(String name) {
        return List.of(Lane.values()).stream().anyMatch(lane -> lane.wireName().equals(name));
    }

    /**
     * A group without members. Its offset is where one partition of the fold still needs a topic of
     * waiting jobs.
     */
    public static String waitingGroup(String waitingTopic, int partition) {
        return waitingTopic + "." + partition;
    }

    /** The share group of a jobs topic: each has its own, so that lanes do not share a window. */
    public static String shareGroup(String jobsTopic) {
        return jobsTopic;
    }
}
