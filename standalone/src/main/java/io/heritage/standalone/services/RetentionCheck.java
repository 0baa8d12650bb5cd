package io.heritage.standalone.services;

import io.heritage.schemas.EndpointConfig;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks that media are kept for as long as jobs and results refer to them. Kafka deletes media by
 * age and size, whether they are needed or not.
 */
final class RetentionCheck {
    private RetentionCheck() {}

    /**
     * @throws InvalidConfiguration naming the keys that let media be deleted before they are read
     */
    static void require(HeritageConfig config) throws InvalidConfiguration {
        long largest =
                Math.max(
                        config.processor().maxResultBytes(),
                        Math.max(
                                config.gateway().maxRunBytes(),
                                config.gateway().maxRunSyncBytes()));
        List<String> shortcomings =
                config.kafka()
                        .mediaShortcomings(
                                largest,
                                longest(endpoints(config).map(EndpointConfig::ttl)),
                                longest(
                                        endpoints(config)
                                                .flatMap(endpoint ->
                                                        Stream.of(
                                                                        endpoint.resultRetention(),
                                                                        endpoint
                                                                                .syncResultRetention())
                                                                .map(
                                                                        endpoint.executionTimeout()
                                                                                ::plus))));
        if (!shortcomings.isEmpty()) {
            throw new InvalidConfiguration(shortcomings);
        }
    }

    private static Stream<EndpointConfig> endpoints(HeritageConfig config) {
        return config.endpoints().values().stream();
    }

    private static Duration longest(Stream<Duration> durations) {
        return durations.max(Duration::compareTo).orElse(Duration.ZERO);
    }
}
