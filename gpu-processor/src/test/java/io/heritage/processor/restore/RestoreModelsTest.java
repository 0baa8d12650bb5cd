package io.heritage.processor.restore;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import io.heritage.models.Cancellation;
import io.heritage.models.seedvr2.SeedVr2.Replica;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.seedvr2.clip.RestoreOptions;
import io.heritage.models.torch.Device;
import io.heritage.models.torch.OutOfDeviceMemory;
import io.heritage.models.torch.Precision;
import io.heritage.processor.Installation;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.device.DeviceReport;
import io.heritage.processor.device.DeviceRuntime;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.device.DeviceThread;
import io.heritage.processor.device.Evictable;
import io.heritage.processor.device.ResidentModels;
import io.heritage.processor.interpolate.RealRife;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.schemas.RestoreInput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreModelsTest {
    private static final RestoreInput.Model MODEL =
            new RestoreInput.Model("seedvr2_3b", "normal", 1);

    @TempDir Path folder;
    private final List<String> evicted = new ArrayList<>();
    private final Evictable other = () -> evicted.add("the other kind");
    private DeviceRuntime runtime;
    private ResidentModels resident;
    private RestoreModels models;

    @BeforeEach
    void install() {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_3B);
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(folder);
        runtime = new DeviceRuntime(config.devices(), 1);
        resident = new ResidentModels(runtime);
        resident.add(other);
        models = new RestoreModels(config, runtime, resident);
    }

    @AfterEach
    void free() {
        models.close();
        runtime.close();
    }

    private ReplicatedModel ready(String precision) {
        return models.ready(MODEL, precision, RealRife.UNWATCHED);
    }

    /** A CPU does not report free memory, so it may be too little for both. */
    @Test
    void anotherKindOfModelsIsEvictedForARestorationAndTheRestorationForIt() {
        ReplicatedModel first = ready("auto");
        assertThat(evicted).containsExactly("the other kind");
        assertThat(models.last()).isPresent();

        resident.makeRoom(other, Long.MAX_VALUE);
        assertThat(models.last()).isEmpty();
        assertThat(ready("auto").leader()).isNotSameAs(first.leader());
    }

    @Test
    void aRestorationThatNeedsTheDeviceEvictsWhatIsIdleButNotItsOwnModel() {
        ReplicatedModel idle = ready("fp16");
        ReplicatedModel own = ready("fp32");
        evicted.clear();

        own.memory().evictIdle();
        assertThat(evicted).containsExactly("the other kind");
        assertThat(models.last()).isPresent();
        assertThat(ready("fp32").leader()).isSameAs(own.leader());
        assertThat(ready("fp16").leader()).isNotSameAs(idle.leader());
    }

    /** Results depend on the number. Another part of the process begins in between with more. */
    @Test
    void anAssistingDeviceComputesWithAsManyThreadsAsItsLeader() throws Exception {
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(folder);
        var weights = new RestoreWeights(SeedVr2Variant.SEEDVR2_3B, Precision.FP32);
        runtime.get();
        try (var leader = new DeviceThread("leader");
                var led = new DeviceRuntime(config.devices(), config.threads());
                var assisting = new AssistingDevice(config, new Device.Cpu(), 1)) {
            leader.begin(led::get).get(2, TimeUnit.MINUTES);
            Replica replica =
                    assisting
                            .replica(weights, Cancellation.when(() -> false))
                            .get(2, TimeUnit.MINUTES);
            try (var more = new DeviceRuntime(config.devices(), config.threads() + 2)) {
                more.get();
                var ofAssistant = new FutureTask<>(JniUtils::getNumThreads);
                replica.owner().execute(ofAssistant);
                assertThat(ofAssistant.get(2, TimeUnit.MINUTES)).isEqualTo(config.threads());
                assertThat(leader.begin(JniUtils::getNumThreads).get(2, TimeUnit.MINUTES))
                        .isEqualTo(config.threads());
            }
        }
    }

    @Test
    void whatIsResidentIsToldToTheWorkerBoard() {
        var started = new DeviceStatus("cpu", 0, 0, List.of("rife47"));
        var early = new DeviceReport(() -> started, resident, runtime);
        early.look();
        assertThat(early.last()).isEqualTo(started);

        ready("auto");
        var report = new DeviceReport(() -> started, resident, runtime);
        report.look();
        assertThat(report.last().models()).containsExactly("rife47", "seedvr2_3b");
    }

    @Test
    void whatMadeRoomWhereMemoryRanOutIsTold() {
        ready("fp16");
        var observer = new ShortOfMemory(2);
        models.ready(MODEL, "fp32", observer);
        assertThat(observer.steps)
                .containsExactly(RestoreLoader.EVICTED, RestoreOptions.BLOCKS_ON_HOST);

        NetworkRun.watching(observer, stage -> new WorkProgress(stage, 0, 0))
                .shortage()
                .met("of the network");
        assertThat(observer.steps).contains("of the network");
    }

    /** The device is out of memory at the first block that is loaded, so often. */
    private static final class ShortOfMemory implements WorkObserver {
        private final List<String> steps = new ArrayList<>();
        private int left;
        private boolean begun;

        ShortOfMemory(int times) {
            left = times;
        }

        @Override
        public void checkpoint() {}

        @Override
        public void progress(WorkProgress now) {
            if (begun && left-- > 0) {
                throw new OutOfDeviceMemory(new Device.Cpu(), new IllegalStateException());
            }
            begun = true;
        }

        @Override
        public void ranOutOfMemory(String step) {
            steps.add(step);
        }
    }

    @Test
    void theLeastRecentlyUsedOfThreeIsEvicted() {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_7B);
        ReplicatedModel first = ready("fp32");
        ReplicatedModel second = ready("fp16");
        assertThat(ready("fp32").leader()).isSameAs(first.leader());

        models.ready(new RestoreInput.Model("seedvr2_7b", "normal", 1), "fp32", RealRife.UNWATCHED);
        assertThat(ready("fp32").leader()).isSameAs(first.leader());
        assertThat(ready("fp16").leader()).isNotSameAs(second.leader());
    }

    @Test
    void aPinnedModelStaysWhateverOthersNeed() {
        SeedVr2Tiny.write(folder, SeedVr2Variant.SEEDVR2_7B);
        ProcessorConfig config = Installation.config(Duration.ZERO).withModels(folder);
        var pinning = new ResidentModels(runtime, Set.of("seedvr2_3b"), Duration.ofSeconds(30));
        pinning.add(other);
        var large = new RestoreInput.Model("seedvr2_7b", "normal", 1);
        try (var pinned = new RestoreModels(config, runtime, pinning)) {
            ReplicatedModel kept = pinned.ready(MODEL, "fp32", RealRife.UNWATCHED);
            ReplicatedModel first = pinned.ready(large, "fp32", RealRife.UNWATCHED);
            pinned.ready(large, "fp16", RealRife.UNWATCHED);
            pinning.makeRoom(other, Long.MAX_VALUE);

            assertThat(pinning.resident()).containsExactly("seedvr2_3b");
            assertThat(pinned.ready(MODEL, "fp32", RealRife.UNWATCHED).leader())
                    .isSameAs(kept.leader());
            assertThat(pinned.ready(large, "fp32", RealRife.UNWATCHED).leader())
                    .isNotSameAs(first.leader());
            assertThat(pinning.loadTime("seedvr2_3b")).isLessThan(Duration.ofSeconds(30));
            assertThat(pinning.loadTime("seedvr2_7b_sharp")).isEqualTo(Duration.ofSeconds(30));
        }
    }
}
