package io.heritage.transport.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits of media against what is kept of them, and what a log may show. */
class KafkaConfigTest {
    private static final long GIB = 1L << 30;
    private static final Duration DAY = Duration.ofHours(24);
    private static final Duration TWELVE_HOURS = Duration.ofHours(12);

    @Test
    void theDefaultsOfAClusterHoldTheLargestBody() {
        assertThat(KafkaConfig.defaults().mediaShortcomings(4 * GIB, DAY, TWELVE_HOURS)).isEmpty();
    }

    /** The fault: an upload of 4 GiB in a partition of 1.25 GiB was deleted before it was read. */
    @Test
    void aPartitionSmallerThanTheLargestUploadIsAShortcoming() {
        assertThat(config(16, 20 * GIB, DAY).mediaShortcomings(4 * GIB, DAY, TWELVE_HOURS))
                .singleElement()
                .asString()
                .contains("kafka.media-retention-bytes", "at least " + 64 * GIB);
    }

    @Test
    void aTtlOrAResultThatOutlivesItsMediaIsAShortcoming() {
        Duration week = Duration.ofDays(7);

        assertThat(config(16, 64 * GIB, DAY).mediaShortcomings(GIB, week, week))
                .hasSize(2)
                .allSatisfy(text -> assertThat(text).contains("kafka.media-retention", "PT168H"));
    }

    @Test
    void noValueOfAPropertyIsPrinted() {
        assertThat(config(1, GIB, DAY).toString())
                .contains("sasl.jaas.config")
                .doesNotContain("s3cret");
    }

    private static KafkaConfig config(int partitions, long bytes, Duration retention) {
        return new KafkaConfig(
                "127.0.0.1:9092",
                Map.of("sasl.jaas.config", "password=\"s3cret\""),
                partitions,
                12,
                1,
                retention,
                bytes,
                Duration.ofMinutes(2),
                64,
                32L << 20);
    }
}
