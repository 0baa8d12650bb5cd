package io.heritage.transport.kafka;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.Lane;
import java.util.Collection;
import java.util.List;

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

    public static String jobs(Job job) {
        return jobs(job.endpoint(), job.policy().lane());
    }

    /** Every lane of the endpoints, high before low. */
    public static List<String> jobs(Collection<EndpointId> endpoints) {
        return List.of(Lane.values()).stream()
                .flatMap(lane -> endpoints.stream().map(endpoint -> jobs(endpoint, lane)))
                .toList();
    }

    /** The share group of a jobs topic: each has its own, so that lanes do not share a window. */
    public static String shareGroup(String jobsTopic) {
        return jobsTopic;
    }
}
