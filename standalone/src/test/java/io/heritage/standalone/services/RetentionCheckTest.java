package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetentionCheckTest {

    @Test
    void theDefaultsKeepWhatJobsReferTo() throws InvalidConfiguration {
        HeritageConfig up = HeritageConfig.loadForUp(Optional.empty(), Map.of(), List.of());
        assertThatCode(() -> RetentionCheck.require(up)).doesNotThrowAnyException();
        assertThatCode(() -> RetentionCheck.require(HeritageConfig.defaults()))
                .doesNotThrowAnyException();
    }

    @Test
    void aBodyLargerThanWhatAPartitionKeepsIsRefusedAtTheStart() {
        HeritageConfig config = HeritageConfig.defaults().with("gateway.max-run-bytes", "64GiB");
        assertThatThrownBy(() -> RetentionCheck.require(config))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("kafka.media-retention-bytes");
    }

    @Test
    void aJobThatMayWaitLongerThanItsMediaAreKeptIsRefusedAtTheStart() {
        HeritageConfig config = HeritageConfig.defaults().with("endpoints.restore.ttl", "72h");
        assertThatThrownBy(() -> RetentionCheck.require(config))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("kafka.media-retention: media are kept for PT24H")
                .hasMessageContaining("PT72H");
    }

    @Test
    void aResultThatOutlivesItsMediaIsRefusedAtTheStart() {
        HeritageConfig config =
                HeritageConfig.defaults().with("endpoints.restore.result-retention", "48h");
        assertThatThrownBy(() -> RetentionCheck.require(config))
                .isInstanceOf(InvalidConfiguration.class)
                .hasMessageContaining("the longest result retention");
    }
}
