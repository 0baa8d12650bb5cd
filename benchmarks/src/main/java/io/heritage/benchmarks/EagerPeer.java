package io.heritage.benchmarks;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The same networks in eager PyTorch, in a separate process that runs {@code eager/peer.py}. It
 * gets one command a line, so that both sides take turns on the same machine.
 */
final class EagerPeer implements AutoCloseable {
    private static final Path SCRIPT = Path.of("eager", "peer.py");

    private final Process process;
    private final BufferedWriter questions;
    private final BufferedReader answers;
    private final Path folder;

    private EagerPeer(Process process, Path folder) {
        this.process = process;
        this.questions = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.folder = folder;
    }

    /**
     * @param python with torch and safetensors
     * @param folder for what goes back and forth; the caller removes it
     */
    static EagerPeer start(Path python, int threads, Path folder) throws IOException {
        Path script = benchmarks().resolve(SCRIPT);
        var builder = new ProcessBuilder(python.toString(), script.toString(), "" + threads);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        return new EagerPeer(builder.start(), folder);
    }

    /** The folder of this module, from the root of the repository or from itself. */
    private static Path benchmarks() {
        return Stream.of(Path.of("benchmarks"), Path.of(""))
                .filter(folder -> Files.exists(folder.resolve(SCRIPT)))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "no %s here: call benchmarks/run from the root of the sources"
                                        .formatted(SCRIPT)));
    }

    void weights(String name, Path file) throws IOException {
        ask("weights", name, file.toString());
    }

    /**
     * @param values direct, native order, from position to limit
     */
    void input(String name, ByteBuffer values, long... sizes) throws IOException {
        Path file = folder.resolve(name + ".f32");
        try (FileChannel out =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = values.duplicate();
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
        String shape =
                LongStream.of(sizes).mapToObj(Long::toString).collect(Collectors.joining(" "));
        ask("input", name, file.toString(), shape);
    }

    /** Seconds of one run; the first call also runs a warm-up. */
    double run(String operation) throws IOException {
        return Double.parseDouble(ask("run", operation));
    }

    /** The result of the last run. */
    FloatBuffer output() throws IOException {
        Path file = folder.resolve("output.f32");
        ask("output", file.toString());
        return ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
    }

    private String ask(String... words) throws IOException {
        questions.write(String.join(" ", List.of(words)));
        questions.newLine();
        questions.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("eager PyTorch ended at '%s'".formatted(Arrays.toString(words)));
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        questions.close();
        process.destroy();
    }
}
