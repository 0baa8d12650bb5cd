package io.heritage.models.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TorchRuntimeTest {
    private static TorchRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TorchRuntime.start(TorchOptions.cpu());
    }

    @AfterAll
    static void close() {
        runtime.close();
    }

    @Test
    void everySourceFileCompiles() throws IOException {
        List<String> names;
        try (var files = Files.list(Path.of("src/main/torchscript"))) {
            names =
                    files.map(file -> file.getFileName().toString().replace(".py", ""))
                            .sorted()
                            .toList();
        }
        assertThat(names).contains("rife47");
        for (String name : names) {
            try (TorchScript script = runtime.load(name)) {
                assertThat(script.name()).isEqualTo(name);
            }
        }
    }

    /** Two devices of a processor, say, both ready before either computes. */
    @Test
    void aThreadComputesWithItsOwnNumberOfThreadsWhateverAnotherTakesMeanwhile() throws Exception {
        try (var first = Executors.newSingleThreadExecutor();
                var second = Executors.newSingleThreadExecutor();
                var _ = started(first, 3);
                var _ = started(second, 1)) {
            assertThat(first.submit(JniUtils::getNumThreads).get(2, TimeUnit.MINUTES)).isEqualTo(3);
            assertThat(second.submit(JniUtils::getNumThreads).get(2, TimeUnit.MINUTES))
                    .isEqualTo(1);
        }
    }

    private static TorchRuntime started(ExecutorService thread, int threads) throws Exception {
        return thread.submit(() -> TorchRuntime.start(TorchOptions.cpu(threads)))
                .get(2, TimeUnit.MINUTES);
    }

    @Test
    void aMistakeInASourceNamesItsLine() {
        String source =
                """
                class M(Module):
                  def f(self: __torch__.M, x: Tensor) -> Tensor:
                    return torch.no_such_operator(x)
                """;
        assertThatThrownBy(() -> runtime.compile("wrong", source))
                .isInstanceOf(EngineException.class)
                .hasMessageContainingAll("no_such_operator", "line 3");
    }

    @Test
    void anUnknownNetworkIsNamed() {
        assertThatThrownBy(() -> runtime.load("rife99")).hasMessageContaining("rife99.py");
    }

    @Test
    void aBufferThatIsNotTheSizeOfItsTensorIsRefused() {
        try (TensorScope scope = runtime.newScope()) {
            assertThatThrownBy(() ->
                            scope.tensor(ByteBuffer.allocate(7), TensorType.F32, TensorShape.of(2)))
                    .hasMessageContaining("7 bytes for a tensor F32 [2], expected 8");
        }
    }
}
