package io.heritage.models.seedvr2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.Cancellation;
import io.heritage.models.PipelineCancelled;
import io.heritage.models.Work;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.seedvr2.frame.ColourFix;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.Precision;
import io.heritage.models.torch.TorchOptions;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.schemas.FrameSize;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logical devices: copies of a tiny model on the CPU, each with a thread of its own. */
@Timeout(600)
class SeveralDevicesTest {
    private static final FrameSize SIZE = new FrameSize(52, 36);

    /** No part of what is tested: a test that waits so long has failed. */
    private static final Duration DEADLINE = Duration.ofMinutes(2);

    @TempDir static Path folder;
    private static LogicalDevice leader;
    private static List<LogicalDevice> others;

    /** A copy of the model and the thread that uses it. */
    private static final class LogicalDevice {
        private final ExecutorService owner;
        private final TorchRuntime runtime;
        private final SeedVr2 model;

        LogicalDevice(String name, SeedVr2Files files) throws Exception {
            owner = Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).factory());
            runtime = done(owner.submit(() -> TorchRuntime.start(TorchOptions.cpu())));
            model =
                    done(
                            owner.submit(() ->
                                    SeedVr2.open(runtime, files, Precision.FP32, Work.UNWATCHED)));
        }

        /**
         * @param begin opens when it may begin with a job
         */
        Replica replica(CountDownLatch begin) {
            return new Replica(
                    model,
                    job ->
                            owner.execute(() -> {
                                await(begin);
                                job.run();
                            }));
        }

        void close() throws Exception {
            done(owner.submit(model::close));
            done(owner.submit(runtime::close));
            owner.close();
        }
    }

    private static <T> T done(Future<T> work) throws Exception {
        return work.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void open() throws Exception {
        SeedVr2Files files = SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        leader = new LogicalDevice("leader", files);
        others = List.of(new LogicalDevice("other-1", files), new LogicalDevice("other-2", files));
    }

    @AfterAll
    static void close() throws Exception {
        for (LogicalDevice other : others) {
            other.close();
        }
        leader.close();
    }

    @ParameterizedTest
    @CsvSource({
        "2, 23, 5, 1, WAVELET",
        "3, 23, 5, 1, WAVELET",
        "2, 12, 5, 0, ADAIN",
        "3, 12, 5, 4, WAVELET",
        "3, 18, 9, 4, LAB",
        "2, 6, 5, 2, WAVELET",
        "3, 1, 1, 0, WAVELET",
        "2, 4, 33, 4, LAB"
    })
    void theFramesAreThoseOfOneDevice(
            int devices, int frames, int chunk, int overlap, ColourFix fix) throws Exception {
        var job = new Job(frames, new TemporalChunks(chunk, overlap), fix);
        byte[] alone = job.run(1);
        assertThat(job.run(devices)).isEqualTo(alone);
        assertThat(alone).hasSize(frames * 3 * 32 * 48);
    }

    @Test
    void aVideoWithCutsIsThatOfOneDeviceToo() throws Exception {
        var job = new Job(25, new TemporalChunks(5, 1), ColourFix.WAVELET);
        job.sceneLength = 7;
        byte[] alone = job.run(1);
        assertThat(job.run(3)).isEqualTo(alone);
        assertThat(alone).hasSize(25 * 3 * 32 * 48);
        assertThat(new Job(25, new TemporalChunks(5, 1), ColourFix.WAVELET).run(1))
                .isNotEqualTo(alone);
    }

    @Test
    void aDeviceThatIsFasterWaitsForItsTurnToWrite() throws Exception {
        byte[] alone = new Job(14, new TemporalChunks(5, 2), ColourFix.WAVELET).run(1);
        var job = new Job(14, new TemporalChunks(5, 2), ColourFix.WAVELET);
        job.leaderWaitsForAnotherAtItsTurn = true;
        assertThat(job.run(2)).isEqualTo(alone);
        assertThat(job.readers).contains("leader", "other-1");
        assertThat(job.writers).contains("leader", "other-1");
    }

    @ParameterizedTest
    @CsvSource({"WAVELET, 1", "WAVELET, 2", "LAB, 1"})
    void aDeviceThatIsOutOfMemoryAtItsTurnLosesNoFrames(ColourFix fix, int write) throws Exception {
        byte[] alone = new Job(14, new TemporalChunks(9, 2), fix).run(1);
        var job = new Job(14, new TemporalChunks(9, 2), fix);
        job.leaderWaitsForAnotherAtItsTurn = true;
        job.writeWithoutMemory = write;
        assertThat(job.run(2)).isEqualTo(alone);
        assertThat(job.writers).contains("leader", "other-1");
        assertThat(job.met).as("of the other device").hasSize(1);
    }

    @Test
    void aVideoThatBreaksOffStopsAllDevices() throws Exception {
        var job = new Job(30, new TemporalChunks(5, 1), ColourFix.WAVELET);
        job.breaksAtFrame = 17;
        assertThatThrownBy(() -> job.run(3)).hasMessage("broken at 17");
        allAreIdleAndWork();
    }

    @Test
    void aDeviceThatFailsStopsTheOthers() throws Exception {
        var job = new Job(40, new TemporalChunks(5, 1), ColourFix.WAVELET);
        job.leaderWaitsForAnotherAtItsTurn = true;
        job.failingWriter = "other-1";
        assertThatThrownBy(() -> job.run(2)).hasMessage("other-1 failed");
        allAreIdleAndWork();
    }

    @Test
    void cancellingTheLeaderStopsTheOthers() throws Exception {
        var job = new Job(40, new TemporalChunks(5, 1), ColourFix.WAVELET);
        job.cancelledAfterFrames = 8;
        assertThatThrownBy(() -> job.run(3)).isInstanceOf(PipelineCancelled.class);
        allAreIdleAndWork();
    }

    private static void allAreIdleAndWork() throws Exception {
        for (LogicalDevice other : others) {
            done(other.owner.submit(() -> {}));
        }
        var job = new Job(6, new TemporalChunks(5, 1), ColourFix.WAVELET);
        assertThat(job.run(3)).isEqualTo(job.run(1));
    }

    /** A job that can be made to go wrong. */
    private static final class Job {
        private final int frames;
        private final TemporalChunks chunks;
        private final ColourFix fix;
        private final ConcurrentLinkedQueue<String> readers = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> writers = new ConcurrentLinkedQueue<>();
        private final CountDownLatch begin = new CountDownLatch(1);
        private final CountDownLatch otherRead = new CountDownLatch(1);
        private boolean leaderWaitsForAnotherAtItsTurn;
        private int sceneLength = 1 << 20;
        private int breaksAtFrame = Integer.MAX_VALUE;
        private int cancelledAfterFrames = Integer.MAX_VALUE;
        private String failingWriter = "";
        private int writeWithoutMemory;
        private final List<String> met = new CopyOnWriteArrayList<>();
        private volatile int written;
        private volatile Thread other = Thread.currentThread();

        Job(int frames, TemporalChunks chunks, ColourFix fix) {
            this.frames = frames;
            this.chunks = chunks;
            this.fix = fix;
        }

        byte[] run(int devices) throws Exception {
            written = 0;
            var taken = new ArrayList<byte[]>();
            var source = new Scenes();
            Cancellation cancelled = Cancellation.when(() -> written >= cancelledAfterFrames);
            var work = new Work(cancelled, (_, _, _) -> waitForAnother(devices), met::add);
            List<Replica> replicas =
                    others.subList(0, devices - 1).stream()
                            .map(device -> device.replica(begin))
                            .toList();
            if (!leaderWaitsForAnotherAtItsTurn) {
                begin.countDown();
            }
            try {
                done(
                        leader.owner.submit(() ->
                                leader.model.restore(
                                        replicas,
                                        source,
                                        FrameGeometry.area(SIZE, 36, 52),
                                        chunks,
                                        RestoreOptions.DEFAULT.withColourFix(fix),
                                        (rgb, count) -> take(taken, rgb, count),
                                        work)));
            } catch (java.util.concurrent.ExecutionException e) {
                throw (Exception) e.getCause();
            }
            return joined(taken);
        }

        /** Frames of the job, with a cut after each scene. */
        private final class Scenes implements FrameSource {
            private final FrameSource all = FrameSource.of(TestClips.waving(SIZE, frames));
            private int read;
            private int sceneEnd = sceneLength;

            @Override
            public int read(ByteBuffer rgb, int count) {
                noteReader();
                if (read + count > breaksAtFrame) {
                    throw new IllegalStateException("broken at " + breaksAtFrame);
                }
                int got = all.read(rgb, Math.min(count, sceneEnd - read));
                read += got;
                return got;
            }

            @Override
            public boolean nextScene() {
                sceneEnd += sceneLength;
                return read < frames;
            }
        }

        private void noteReader() {
            String name = Thread.currentThread().getName();
            readers.add(name);
            if (!name.equals("leader")) {
                other = Thread.currentThread();
                otherRead.countDown();
            }
        }

        /** Until the other device has a chunk and waits for the leader's to be out. */
        private void waitForAnother(int devices) {
            if (!leaderWaitsForAnotherAtItsTurn || devices == 1 || written > 0) {
                return;
            }
            begin.countDown();
            SeveralDevicesTest.await(otherRead);
            Instant deadline = Instant.now().plus(DEADLINE);
            while (other.getState() != Thread.State.TIMED_WAITING) {
                assertThat(Instant.now()).isBefore(deadline);
                Thread.yield();
            }
        }

        private void take(List<byte[]> taken, ByteBuffer rgb, int count) {
            String name = Thread.currentThread().getName();
            writers.add(name);
            if (name.equals(failingWriter)) {
                throw new IllegalStateException(name + " failed");
            }
            if (name.equals("other-1") && --writeWithoutMemory == 0) {
                throw new OutOfDeviceMemory(others.getFirst().runtime.device(), new Error());
            }
            byte[] copy = new byte[rgb.remaining()];
            rgb.get(copy);
            taken.add(copy);
            written += count;
        }

        private static byte[] joined(List<byte[]> parts) {
            ByteBuffer all = ByteBuffer.allocate(parts.stream().mapToInt(p -> p.length).sum());
            parts.forEach(all::put);
            return all.array();
        }
    }
}
