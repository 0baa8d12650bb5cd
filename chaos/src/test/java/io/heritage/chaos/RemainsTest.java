package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.chaos.Resources.ResourceUse;
import io.heritage.chaos.Resources.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must not be left of a run, planted, and processes that grow or do not stop. */
class RemainsTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir Path folder;
    private final List<Part> parts = new ArrayList<>();

    @AfterEach
    void close() {
        parts.forEach(Part::close);
    }

    @Test
    void whatASinkStillHoldsIsFound() {
        String nothing =
                """
                # TYPE heritage_sink_waiting gauge
                heritage_sink_waiting 0.0
                heritage_share_lag{topic="heritage.jobs.chaos.high"} 0.0
                heritage_share_lag{topic="heritage.jobs.chaos.low"} 0.0
                heritage_share_window_used{topic="heritage.jobs.chaos.low"} 3.0
                """;
        assertThat(Remains.in(nothing)).isEmpty();
        assertThat(Remains.in(nothing.replace("waiting 0.0", "waiting 2.0")))
                .containsExactly("heritage_sink_waiting 2.0");
        assertThat(Remains.in(nothing.replace("low\"} 0.0", "low\"} 10.0")))
                .containsExactly("heritage_share_lag{topic=\"heritage.jobs.chaos.low\"} 10.0");
        assertThat(Remains.in("")).hasSize(2);
    }

    @Test
    void aTemporaryFileThatIsLeftIsFound() throws Exception {
        Path temporary = Files.createDirectories(folder.resolve("tmp/sink-1"));
        Files.createDirectories(temporary.resolve("empty"));
        assertThat(Remains.files(folder.resolve("tmp"))).isEmpty();
        Files.writeString(temporary.resolve("frame.png"), "");
        assertThat(Remains.files(folder.resolve("tmp"))).containsExactly("file sink-1/frame.png");
    }

    @Test
    void aTopicThatCameWithTheLoadIsFound() {
        List<String> before = List.of("__consumer_offsets", "heritage.events");
        assertThat(Remains.topics(before, before)).isEmpty();
        assertThat(
                        Remains.topics(
                                before,
                                List.of(
                                        "__consumer_offsets",
                                        "__share_group_state",
                                        "heritage.events",
                                        "heritage.jobs.chaos.high-retry")))
                .containsExactly("topic heritage.jobs.chaos.high-retry");
    }

    /** One obeys at once, the other never. */
    @Test
    void aProcessThatDoesNotStopInTimeIsFoundAndKilled() throws Exception {
        Part obedient = started("obedient", "echo up; exec sleep 600");
        Part deaf = started("deaf", "trap '' TERM; echo up; while :; do sleep 0.1; done");
        assertThat(Part.stop(List.of(obedient), SOON)).isEmpty();
        assertThat(Part.stop(List.of(deaf, obedient), Duration.ofMillis(500)))
                .containsExactly("deaf");
        assertThat(deaf.life()).isNull();
    }

    private Part started(String name, String script) {
        Path log = folder.resolve(name + ".log");
        var part = new Part(Part.Kind.PROCESSOR, name, log, List.of("sh", "-c", script));
        parts.add(part);
        part.start();
        Awaitility.await()
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> Files.readString(log).equals("up\n"));
        return part;
    }

    @Test
    void aProcessThatGrowsIsFound() {
        assertThat(isFlat(i -> new Sample(400_000 + i % 7 * 1000, 200 + i % 7, 50 + i % 7)))
                .isTrue();
        assertThat(isFlat(i -> new Sample(400_000 + i * 16_000, 200, 50))).isFalse();
        assertThat(isFlat(i -> new Sample(400_000, 200 + i * 8, 50))).isFalse();
        assertThat(isFlat(i -> new Sample(400_000, 200, 50 + i * 3))).isFalse();
    }

    private static boolean isFlat(IntFunction<Sample> at) {
        return ResourceUse.of("sink-1", samples(60, at)).orElseThrow().isFlat();
    }

    private static List<Sample> samples(int count, IntFunction<Sample> at) {
        return IntStream.range(0, count).mapToObj(at).toList();
    }

    @Test
    void whoeverHasJustStartedIsNotSaidToGrow() {
        assertThat(ResourceUse.of("sink-1", samples(20, i -> new Sample(i, i, i)))).isEmpty();
    }

    @Test
    void aRunIsGoodOnlyIfNothingOfThisIsFound() {
        var level = new ResourceUse("sink-1", 300, 400, 400, 200, 200, 50, 50);
        var growing = new ResourceUse("sink-1", 300, 400, 800, 200, 200, 50, 50);
        assertThat(report(level, List.of(), List.of()).isGood()).isTrue();

        Report grown = report(growing, List.of(), List.of());
        assertThat(grown.isGood()).isFalse();
        assertThat(grown.text()).contains("resident 400 -> 800 MiB", "GROWS");

        Report littered = report(level, List.of("file sink-1/frame.png"), List.of());
        assertThat(littered.isGood()).isFalse();
        assertThat(littered.text()).contains("left behind: file sink-1/frame.png");

        assertThat(report(level, List.of(), List.of("sink-1 ended by itself, 1 times")).isGood())
                .isFalse();
    }

    private static Report report(ResourceUse use, List<String> left, List<String> ends) {
        var options =
                new ChaosOptions(
                        Duration.ofMinutes(1),
                        1,
                        Optional.empty(),
                        Cluster.ProcessCounts.SMALL,
                        1,
                        Duration.ofSeconds(10),
                        ChaosOptions.Lanes.SIMPLE,
                        false,
                        false);
        return new Report(
                options, List.of(), List.of(), List.of(), List.of(), List.of(use), left, ends, 0);
    }
}
