package io.heritage.standalone.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.heritage.schemas.PublishedFile;
import io.heritage.standalone.download.ModelPull.Pulled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two pods of a node pull one file into one folder: one downloads, the other one waits. */
@Timeout(120)
class TwoPullsTest {
    private static final PublishedFile FILE = PublishedFile.of("org/repo", "sub/model.pth", 0);
    private static final int HALF = 150_000;

    private final List<Pulled> pulled = new CopyOnWriteArrayList<>();
    private final List<String> progress = new CopyOnWriteArrayList<>();
    private final byte[] content = new byte[300_001];
    private FakeHub server;
    private Duration patience = Duration.ofSeconds(20);
    @TempDir private Path folder;
    private @Nullable Throwable failure;
    private Thread second = new Thread(this::pull);

    @BeforeEach
    void start() throws Exception {
        new Random(7).nextBytes(content);
        server = new FakeHub(folder.resolve("model.pth.part"));
        server.content = content;
        server.linkedEtag =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @AfterEach
    void stop() throws InterruptedException {
        second.interrupt();
        try {
            awaitEnd(second);
        } finally {
            server.close();
        }
    }

    private static void awaitEnd(Thread pulling) throws InterruptedException {
        pulling.join(TimeUnit.SECONDS.toMillis(90));
        assertThat(pulling.isAlive()).isFalse();
    }

    private void pull() {
        failure =
                catchThrowable(() -> {
                    try (var hub = new ModelHub(server.base(), Optional.empty())) {
                        new ModelPull(
                                        hub,
                                        _ -> {},
                                        patience,
                                        _ -> Long.MAX_VALUE,
                                        new Watched(progress))
                                .pull(List.of(FILE), folder, pulled::add);
                    }
                });
    }

    private record Watched(List<String> lines) implements DownloadProgress {
        @Override
        public void asking(String host) {}

        @Override
        public void report(String doing, long bytes, long total) {
            lines.add(doing + " " + bytes + "/" + total);
        }

        @Override
        public void retrying(String why, Duration in) {}

        @Override
        public void waiting(String name) {
            lines.add("waiting for " + name);
        }
    }

    private Path target() {
        return folder.resolve("model.pth");
    }

    private PartFile first() throws IOException, InterruptedException {
        return PartFile.open(
                        target(),
                        server.linkedEtag,
                        0,
                        patience,
                        new Watched(new CopyOnWriteArrayList<>()))
                .orElseThrow();
    }

    private void secondWaits() {
        second.start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(progress).contains("waiting for model.pth"));
    }

    private void appendTo(PartFile part, int from, int to) throws IOException {
        part.append(Arrays.copyOfRange(content, from, to), to - from);
    }

    private List<String> downloads() {
        return server.asked.stream().filter(line -> line.startsWith("cdn GET")).toList();
    }

    private void assertOnlyTheFileIsThere() throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(target());
        }
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void theSecondSeesHowFarTheFirstIsAndFindsTheFileDone() throws Exception {
        try (PartFile part = first()) {
            secondWaits();
            appendTo(part, 0, HALF);
            Awaitility.await()
                    .untilAsserted(() ->
                            assertThat(progress).contains("wait for model.pth 150000/300001"));
            appendTo(part, HALF, content.length);
            part.moveToTarget();
        }
        awaitEnd(second);

        assertThat(failure).isNull();
        assertThat(pulled).singleElement().extracting(Pulled::wasThere).isEqualTo(true);
        assertThat(downloads()).isEmpty();
        assertThat(progress).contains("check model.pth 300001/300001");
        assertOnlyTheFileIsThere();
    }

    @Test
    void theSecondGoesOnWithWhatTheFirstHasLeft() throws Exception {
        try (PartFile part = first()) {
            secondWaits();
            appendTo(part, 0, HALF);
        }
        awaitEnd(second);

        assertThat(failure).isNull();
        assertThat(pulled).singleElement().extracting(Pulled::wasThere).isEqualTo(false);
        assertThat(downloads()).singleElement().asString().contains("range=bytes=150000-");
        assertOnlyTheFileIsThere();
    }

    @Test
    void theSecondBeginsAnewAfterAFirstOneWhoseFileWasWrong() throws Exception {
        try (PartFile part = first()) {
            secondWaits();
            appendTo(part, 0, HALF);
            part.delete();
        }
        awaitEnd(second);

        assertThat(failure).isNull();
        assertThat(downloads()).singleElement().asString().contains("range=null");
        assertOnlyTheFileIsThere();
    }

    @Test
    void afterALongTimeWithoutAByteTheSecondGivesUp() throws Exception {
        patience = Duration.ofMillis(100);
        try (PartFile part = first()) {
            secondWaits();
            awaitEnd(second);

            assertThat(failure)
                    .isInstanceOf(PullFailed.class)
                    .hasMessageContaining("model.pth.part is being written by another process")
                    .hasMessageContaining("nothing for 1 s");
            assertThat(part.bytes()).isZero();
        }
    }

    @Test
    void theSecondCanBeInterrupted() throws Exception {
        try (PartFile _ = first()) {
            secondWaits();
            second.interrupt();
            awaitEnd(second);

            assertThat(failure).isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void anotherProcessIsWaitedFor(@TempDir Path elsewhere) throws Exception {
        Path all = Files.write(elsewhere.resolve("content"), content);
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Xmx64m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                PartHolder.class.getName(),
                                target().toString(),
                                server.linkedEtag,
                                all.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var said = process.inputReader();
                var told = process.outputWriter()) {
            assertThat(said.readLine()).isEqualTo("held");
            secondWaits();
            told.write("go on\n");
            told.flush();
            awaitEnd(second);
        } finally {
            process.destroyForcibly();
        }

        assertThat(failure).isNull();
        assertThat(pulled).singleElement().extracting(Pulled::wasThere).isEqualTo(true);
        assertThat(downloads()).isEmpty();
        assertOnlyTheFileIsThere();
    }

    @Test
    void twoPullsAtOnceDownloadTheFileOnce() throws Exception {
        var third = new Thread(this::pull);
        second.start();
        third.start();
        awaitEnd(second);
        awaitEnd(third);

        assertThat(failure).isNull();
        assertThat(downloads()).hasSize(1);
        assertThat(pulled).extracting(Pulled::wasThere).containsExactlyInAnyOrder(true, false);
        assertOnlyTheFileIsThere();
    }
}
