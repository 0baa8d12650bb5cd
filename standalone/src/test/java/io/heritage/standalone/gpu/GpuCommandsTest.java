package io.heritage.standalone.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heritage.models.torch.CudaDevice;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code heritage gpu} and {@code heritage gpu install} as they are typed. */
class GpuCommandsTest {
    private static final Wheel SMALLEST =
            Wheel.pinned().stream().min(Comparator.comparingLong(Wheel::bytes)).orElseThrow();

    @TempDir private Path temporary;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path usual;
    private CudaFolder elsewhere;

    @BeforeEach
    void folders() {
        usual = temporary.resolve("usual");
        elsewhere = new CudaFolder(temporary.resolve("elsewhere"));
    }

    private int run(Map<String, String> environment, String... words) {
        return HeritageCommand.line(Terminal.none(), environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    private int installElsewhere() {
        return run(
                Map.of("HERITAGE_CUDA", usual.toString()),
                "gpu",
                "install",
                "--into",
                elsewhere.path().toString(),
                "--progress=none");
    }

    /** Libraries are recorded and none is needed. */
    private static void pretend(CudaFolder folder, List<Wheel> wheels) throws IOException {
        Files.createDirectories(folder.wheels());
        Files.createDirectories(folder.libtorch());
        for (Wheel wheel : wheels) {
            folder.recordUnpacked(wheel, List.of());
        }
        if (wheels.containsAll(Wheel.pinned())) {
            folder.markInstalled(wheels);
        }
    }

    private static List<Wheel> allButTheSmallest() {
        return Wheel.pinned().stream().filter(wheel -> !wheel.equals(SMALLEST)).toList();
    }

    @Test
    void librariesElsewhereAreLinkedWhereTheLauncherLooks() throws IOException {
        pretend(elsewhere, Wheel.pinned());
        assertThat(installElsewhere()).as("%s", err).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("The launcher finds them through the link " + usual + ".");
        assertThat(Files.readSymbolicLink(usual)).isEqualTo(elsewhere.path());
        assertThat(new CudaFolder(usual).installed()).isTrue();
    }

    @Test
    void whatLiesWhereTheLauncherLooksIsLeftAndTheVariableNamed() throws IOException {
        pretend(elsewhere, Wheel.pinned());
        Files.createDirectory(usual);
        assertThat(installElsewhere()).as("%s", err).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("set HERITAGE_CUDA=" + elsewhere.path());
        assertThat(usual).isDirectory();
    }

    @Test
    void theIndexOfTheOptionComesBeforeThatOfPip() throws IOException {
        String asked = "/simple/%s/ ".formatted(SMALLEST.project());
        try (var ours = new FakeIndex();
                var pips = new FakeIndex()) {
            pretend(elsewhere, allButTheSmallest());
            Map<String, String> environment =
                    Map.of(
                            "HERITAGE_CUDA",
                            elsewhere.path().toString(),
                            "PIP_INDEX_URL",
                            pips.simple().toString());
            assertThat(run(environment, "gpu", "install", "--progress=none"))
                    .isEqualTo(ExitCode.ERROR);
            assertThat(pips.asked).singleElement().asString().startsWith(asked);
            assertThat(err.toString()).contains(SMALLEST.file(), pips.simple().getAuthority());
            pips.asked.clear();
            assertThat(
                            run(
                                    environment,
                                    "gpu",
                                    "install",
                                    "--progress=none",
                                    "--index-url",
                                    ours.simple().toString()))
                    .isEqualTo(ExitCode.ERROR);
            assertThat(ours.asked).singleElement().asString().startsWith(asked);
            assertThat(pips.asked).isEmpty();
        }
    }

    @Test
    void anIndexThatIsNoUrlIsNamedAsItWasGiven() {
        var environment = Map.of("HERITAGE_CUDA", usual.toString(), "PIP_INDEX_URL", "ftp://x");
        assertThat(run(environment, "gpu", "install")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("PIP_INDEX_URL: ").doesNotContain("--index-url: ");
        err.getBuffer().setLength(0);
        assertThat(run(environment, "gpu", "install", "--index-url", "ftp://y"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("--index-url: ");
        assertThat(usual).doesNotExist();
    }

    @Test
    void withoutAGpuTheExitCodeSaysSo() {
        assumeTrue(CudaDevice.all().isEmpty(), "this machine has a GPU that libtorch sees");
        assertThat(run(Map.of(), "gpu")).isEqualTo(ExitCode.ERROR);
        assertThat(out.toString()).contains("Jobs run on  the CPU", "To do  ");
    }
}
