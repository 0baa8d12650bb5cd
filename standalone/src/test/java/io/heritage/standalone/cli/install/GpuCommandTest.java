package io.heritage.standalone.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.NvidiaDriver;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.gpu.GpuReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GpuCommandTest {
    private static final NvidiaDriver DRIVER =
            new NvidiaDriver(Optional.of("550.54.15"), List.of(), List.of("/dev/nvidia0"), true);

    @ParameterizedTest
    @CsvSource({
        "auto, , false, 0, 'Jobs run on  cuda:0'",
        "auto, , true, 0, '\"on_gpu\" : true'",
        "cpu, , false, 1, 'Jobs run on  the CPU'",
        "auto, no libraries, true, 1, '\"on_gpu\" : false'",
        "cuda, no libraries, false, 1, 'Jobs run on  nowhere'"
    })
    void theExitCodeSaysWhetherJobsRunOnAGpu(
            String device, @Nullable String problem, boolean json, int code, String said) {
        var report =
                new GpuReport(
                        device,
                        DRIVER,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.ofNullable(problem));
        var out = new StringWriter();
        assertThat(GpuCommand.say(report, json, new PrintWriter(out)))
                .isEqualTo(code == 0 ? ExitCode.OK : ExitCode.ERROR)
                .isEqualTo(code);
        assertThat(out.toString()).contains(said);
    }
}
