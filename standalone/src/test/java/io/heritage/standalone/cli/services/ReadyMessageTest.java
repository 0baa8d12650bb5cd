package io.heritage.standalone.cli.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.services.HostCheck;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadyMessageTest {
    @TempDir Path models;

    private String message(String problem) {
        return message(problem, Optional.empty());
    }

    private String message(String problem, Optional<String> shortage) {
        HeritageConfig config =
                HeritageConfig.defaults().with("processor.models", models.toString());
        return new ReadyMessage(config, 8000, problem, shortage, models).toString();
    }

    @Test
    void whereJobsMayBeKilledForLackOfMemoryItSaysSo() {
        var small = new HostCheck(10L << 30, 512L << 20, 65_536);

        assertThat(message("", small.missingForJobs()))
                .contains(
                        "killed for lack of memory: 512 MiB are available, they need at least"
                                + " 1024");
        assertThat(new HostCheck(10L << 30, 1L << 30, 65_536).missingForJobs()).isEmpty();
    }

    @Test
    void whatWouldFailIsNamedWithTheWayToMendIt() {
        assertThat(message("rife47.pth: is cut off"))
                .startsWith("Heritage is ready at http://127.0.0.1:8000/")
                .contains("RIFE does not work: rife47.pth: is cut off")
                .contains("heritage models pull seedvr2_3b");
    }

    @Test
    void itSaysWhereTheConsoleIs() {
        assertThat(message("")).contains("\n  In a browser: http://127.0.0.1:8000/\n");
    }

    @Test
    void whereNothingIsMissingNothingIsSaid() {
        SeedVr2Tiny.write(models, SeedVr2Variant.SEEDVR2_3B);

        assertThat(message("")).doesNotContain("does not work", "needs a model");
    }
}
