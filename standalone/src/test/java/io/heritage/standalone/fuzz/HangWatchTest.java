package io.heritage.standalone.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HangWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SECOND = 1_000_000_000;

    /** A process as a test wants it. */
    private static final class ScriptedProcess implements HangWatch.ProcessSight {
        private long used;
        private boolean awake = true;

        @Override
        public long used() {
            return used;
        }

        @Override
        public boolean isAwake() {
            return awake;
        }
    }

    private final ScriptedProcess process = new ScriptedProcess();
    private final HangWatch watch = new HangWatch(process, PATIENCE);

    @Test
    void aLoopHangsOnceItHasTakenItsProcessorTime() throws IOException {
        watch.begin(0);
        process.used = 29 * SECOND;
        assertThat(watch.hangs(SECOND)).isFalse();
        process.used = 31 * SECOND;
        assertThat(watch.hangs(2 * SECOND)).isTrue();
    }

    @Test
    void threadsThatAllSleepHangOnceTheyHaveDoneSoForLong() throws IOException {
        process.awake = false;
        watch.begin(0);
        for (int second = 1; second <= 30; second++) {
            assertThat(watch.hangs(second * SECOND)).isFalse();
        }
        assertThat(watch.hangs(31 * SECOND)).isTrue();
    }

    @Test
    void aProcessThatGetsNoProcessorDoesNotHang() throws IOException {
        watch.begin(0);
        for (int minute = 1; minute < 60; minute++) {
            process.used += SECOND / 10;
            assertThat(watch.hangs(minute * 60 * SECOND)).isFalse();
        }
    }

    @Test
    void whatOneFileTookIsNotCountedForTheNext() throws IOException {
        watch.begin(0);
        process.used = 29 * SECOND;
        watch.begin(SECOND);
        process.used += 29 * SECOND;
        assertThat(watch.hangs(2 * SECOND)).isFalse();
    }

    /** What a real process does; it says so once it is found to hang. */
    enum Behaviour {
        LOOPS {
            @Override
            void run() {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
            }
        },
        WAITS_FOR_EVER {
            @Override
            void run() throws InterruptedException {
                new CountDownLatch(1).await();
            }
        };

        abstract void run() throws InterruptedException;
    }

    /**
     * @param arguments a {@link Behaviour}
     */
    public static void main(String[] arguments) throws Exception {
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        Behaviour.valueOf(arguments[0]).run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        var watch = new HangWatch(new HangWatch.OwnProcess(), Duration.ofSeconds(1));
        watch.begin(System.nanoTime());
        while (!watch.hangs(System.nanoTime())) {
            Thread.sleep(50);
        }
        System.out.println("hangs");
    }

    @ParameterizedTest
    @EnumSource(Behaviour.class)
    void aRealProcessIsFound(Behaviour behaviour) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                HangWatchTest.class.getName(),
                                behaviour.name())
                        .redirectErrorStream(true)
                        .start();
        try (InputStream out = child.getInputStream()) {
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).contains("hangs");
        } finally {
            child.destroyForcibly();
        }
    }
}
