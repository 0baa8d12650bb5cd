package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeritageTest {
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(errors, true, StandardCharsets.UTF_8);

    @Test
    void whatCouldNotBeWrittenToStdoutIsNoSuccess() {
        var full =
                new PrintStream(
                        new OutputStream() {
                            @Override
                            public void write(int b) throws IOException {
                                throw new IOException("No space left on device");
                            }
                        });
        full.println("a result");

        assertThat(Heritage.exitCode(0, full, err)).isEqualTo(1);
        assertThat(Heritage.exitCode(2, full, err)).isEqualTo(2);
        assertThat(errors.toString(StandardCharsets.UTF_8)).contains("cannot write to stdout");
    }

    @Test
    void whatCouldBeWrittenKeepsItsCode() {
        var out = new PrintStream(OutputStream.nullOutputStream());

        assertThat(Heritage.exitCode(0, out, err)).isZero();
        assertThat(errors.size()).isZero();
    }
}
