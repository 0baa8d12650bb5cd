package io.heritage.standalone.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.heritage.standalone.download.DownloadProgress;
import io.heritage.standalone.download.HubRefused;
import io.heritage.standalone.download.ModelPull;
import io.heritage.standalone.download.PackageIndex;
import io.heritage.standalone.download.PullFailed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class CudaInstallTest {
    private static final String TORCH = "torch/lib/libtorch.so";
    private static final String LIBRARY =
            new Random(3)
                    .ints(200_000, 'a', 'z')
                    .collect(
                            StringBuilder::new,
                            StringBuilder::appendCodePoint,
                            StringBuilder::append)
                    .toString();
    private static final String CUDART = "nvidia/cuda_runtime/lib/libcudart.so.12";

    @TempDir private Path temporary;
    private final List<String> installed = new ArrayList<>();
    private FakeIndex index;
    private List<Wheel> wheels;
    private CudaFolder folder;
    private long free = Long.MAX_VALUE;

    @BeforeEach
    void publish() throws IOException {
        index = new FakeIndex();
        folder = new CudaFolder(temporary.resolve("cuda"));
        wheels =
                List.of(
                        index.publish(
                                "torch",
                                "2.7.1",
                                Map.of(
                                        TORCH,
                                        LIBRARY,
                                        "torch/lib/libtorch_python.so",
                                        "needs Python",
                                        "torch/lib/libcaffe2_nvrtc.so",
                                        "needs the driver",
                                        "torch/_C.so",
                                        "Python",
                                        "torch/lib/../../../evil.so",
                                        "outside",
                                        "torch/nn/functional.py",
                                        "Python"),
                                LIBRARY.length() + 16),
                        index.publish(
                                "nvidia-cuda-runtime-cu12",
                                "12.6.77",
                                Map.of(
                                        CUDART,
                                        "the CUDA runtime",
                                        "nvidia/cuda_runtime/include/cuda.h",
                                        "a header",
                                        "nvidia_cuda_runtime_cu12-12.6.77.dist-info/RECORD",
                                        "…"),
                                16),
                        index.publish(
                                "nvidia-cusparselt-cu12",
                                "0.6.3",
                                Map.of("cusparselt/lib/libcusparseLt.so.0", "sparse"),
                                6));
    }

    @AfterEach
    void stop() {
        index.close();
    }

    private void install() throws IOException, InterruptedException {
        install(index.simple(), () -> {});
    }

    private void install(URI address, Runnable reported) throws IOException, InterruptedException {
        DownloadProgress progress = new Watched(reported);
        try (var packages = new PackageIndex(address)) {
            new CudaInstall(wheels, new ModelPull(packages, progress), _ -> free, progress)
                    .into(folder, installed::add);
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder.path())) {
            return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> folder.path().relativize(file).toString())
                    .filter(name -> !name.startsWith("wheels/"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> wheelFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.wheels())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".whl") || name.endsWith(".part"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void onlyLibrariesAreTakenAndTheWheelsAreRemoved(boolean html) throws Exception {
        index.html = html;
        install();

        assertThat(files())
                .containsExactly(
                        "cusparselt/lib/libcusparseLt.so.0",
                        "installed",
                        "lib/libcudart.so",
                        "nvidia/cuda_nvrtc/lib/libcaffe2_nvrtc.so",
                        CUDART,
                        "nvidia/nvrtc",
                        "torch/build-version",
                        TORCH);
        assertThat(wheelFiles()).isEmpty();
        assertThat(folder.links().resolve("libcudart.so")).hasContent("the CUDA runtime");
        assertThat(folder.versions())
                .containsExactly(
                        "torch 2.7.1",
                        "nvidia-cuda-runtime-cu12 12.6.77",
                        "nvidia-cusparselt-cu12 0.6.3");
        assertThat(installed).isEqualTo(folder.versions());
    }

    @Test
    void aCompleteFolderIsLeftAsItIs() throws Exception {
        install();
        index.asked.clear();
        install();
        assertThat(index.asked).isEmpty();
        assertThat(folder.installed()).isTrue();
    }

    @Test
    void aDownloadThatBrokeOffGoesOnWithinTheWheel() throws Exception {
        String part = wheels.getFirst().localName() + ".part";
        index.cuts = 1;
        index.beforeCut =
                bytes ->
                        await().atMost(Duration.ofMinutes(1))
                                .until(() ->
                                        folder.wheels().resolve(part).toFile().length() >= bytes);
        install();
        assertThat(index.asked).filteredOn(line -> line.startsWith("/files/torch")).hasSize(2);
        assertThat(index.asked.get(2)).contains("range=bytes=");
        String found = Files.readString(folder.libtorch().resolve("libtorch.so"));
        assertThat(found.equals(LIBRARY)).as("the library is whole").isTrue();
    }

    /** The exception leaves the folder as a kill at that moment would. */
    @Test
    void anInstallationThatEndedAtAnyPointIsGoneOnWith() throws Exception {
        int moments = 0;
        while (endsAt(moments + 1)) {
            moments++;
            assertThat(folder.installed()).isFalse();
            install();
            assertThat(files()).contains("installed", TORCH, CUDART);
            assertThat(wheelFiles()).isEmpty();
            folder = new CudaFolder(temporary.resolve("cuda" + moments));
        }
        assertThat(moments).as("reports of three downloads and three archives").isGreaterThan(8);
    }

    private boolean endsAt(int moment) throws IOException, InterruptedException {
        var reports = new AtomicInteger();
        try {
            install(
                    index.simple(),
                    () -> {
                        if (reports.incrementAndGet() == moment) {
                            throw new Killed();
                        }
                    });
            return false;
        } catch (Killed _) {
            return true;
        }
    }

    private record Watched(Runnable reported) implements DownloadProgress {
        @Override
        public void asking(String host) {}

        @Override
        public void report(String doing, long bytes, long total) {
            reported.run();
        }

        @Override
        public void retrying(String why, Duration in) {}

        @Override
        public void waiting(String name) {}
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void aWheelThatWasUnpackedButNotRemovedIsRemovedByTheNextCall() throws Exception {
        install();
        Path left = folder.wheels().resolve(wheels.getFirst().localName());
        Files.writeString(left, "what a kill left");
        folder.beginChange();
        install();
        assertThat(left).doesNotExist();
        assertThat(index.asked).filteredOn(line -> line.startsWith("/files/torch")).hasSize(1);
    }

    @Test
    void aLibraryThatIsGoneIsFetchedAgain() throws Exception {
        install();
        Files.delete(folder.path().resolve(CUDART));
        installed.clear();
        install();
        assertThat(installed).containsExactly("nvidia-cuda-runtime-cu12 12.6.77");
        assertThat(folder.path().resolve(CUDART)).exists();
    }

    @Test
    void librariesOfAnEarlierVersionAreRemoved() throws Exception {
        install();
        wheels = wheels.subList(0, 2);
        Files.delete(folder.libtorch().resolve("libtorch.so"));
        install();
        assertThat(files()).noneMatch(name -> name.contains("cusparse"));
        assertThat(folder.versions()).hasSize(2);
    }

    @Test
    void anotherWheelUnderThePinnedNameIsRefused() throws Exception {
        Wheel torch = wheels.getFirst();
        wheels =
                List.of(
                        new Wheel(
                                torch.project(),
                                torch.bytes(),
                                torch.libraryBytes(),
                                "0".repeat(64),
                                torch.file()));
        assertThatThrownBy(this::install)
                .isInstanceOf(PullFailed.class)
                .hasMessageContainingAll("torch-2.7.1", "0000", torch.sha256());
        assertThat(folder.installed()).isFalse();
    }

    @Test
    void anIndexWithoutTheProjectIsNamed() {
        wheels = List.of(new Wheel("nowhere", 1, 1, "0".repeat(64), "nowhere-1-py3-none-any.whl"));
        assertThatThrownBy(this::install)
                .isInstanceOf(HubRefused.class)
                .hasMessageContainingAll("nowhere-1-py3", "404", "name another index");
    }

    @Test
    void theAccountInTheUrlGoesToTheIndexAndIntoNoMessage() throws Exception {
        URI address = URI.create(index.simple().toString().replace("//", "//user:secret@"));
        install(address, () -> {});
        assertThat(index.asked)
                .allMatch(line -> line.endsWith("authorization=Basic dXNlcjpzZWNyZXQ="));

        wheels = List.of(new Wheel("nowhere", 1, 1, "0".repeat(64), "nowhere-1-py3-none-any.whl"));
        assertThatThrownBy(() -> install(address, () -> {})).hasMessageNotContaining("secret");
    }

    @Test
    void nothingIsFetchedIfTheDiskIsTooSmall() {
        long needed =
                LIBRARY.length()
                        + 16
                        + 16
                        + 6
                        + wheels.stream().mapToLong(Wheel::bytes).max().orElseThrow();
        free = needed - 1;
        assertThatThrownBy(this::install)
                .isInstanceOf(InstallFailed.class)
                .hasMessageContainingAll("are needed", "--into");
        assertThat(index.asked).isEmpty();
    }

    @Test
    void aSecondInstallationIntoTheFolderIsRefused() throws Exception {
        try (var _ = folder.lock()) {
            assertThatThrownBy(this::install)
                    .isInstanceOf(InstallFailed.class)
                    .hasMessageContaining("another installation");
        }
        install();
        assertThat(folder.installed()).isTrue();
    }

    @Test
    void everyPinnedWheelHasItsVersionAndSizes() {
        assertThat(Wheel.pinned())
                .hasSize(15)
                .allSatisfy(wheel -> {
                    assertThat(wheel.file())
                            .startsWith(wheel.project().replace('-', '_') + "-" + wheel.version())
                            .contains("x86_64");
                    assertThat(wheel.libraryBytes()).isPositive();
                    assertThat(wheel.bytes()).isPositive();
                })
                .extracting(Wheel::project)
                .doesNotHaveDuplicates()
                .contains("torch", "nvidia-cudnn-cu12");
    }

    @Test
    void theLauncherAndTheEngineNameThePinnedVersion() throws IOException {
        String torch =
                Wheel.pinned().stream()
                        .filter(wheel -> wheel.project().equals("torch"))
                        .map(Wheel::version)
                        .findFirst()
                        .orElseThrow();
        assertThat(Files.readString(Path.of("../heritage"))).contains("PYTORCH_VERSION=" + torch);
        assertThat(Files.readString(Path.of("../pom.xml"))).contains(torch + "-");
    }
}
