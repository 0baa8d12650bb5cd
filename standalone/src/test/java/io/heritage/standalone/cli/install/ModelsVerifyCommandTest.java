package io.heritage.standalone.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import io.heritage.standalone.cli.HeritageCommand;
import io.heritage.standalone.cli.command.Terminal;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsVerifyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    @TempDir Path models;

    private int verify(String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> line =
                new ArrayList<>(
                        List.of("models", "verify", "--models", "" + models, "--progress=none"));
        line.addAll(List.of(more));
        return HeritageCommand.line(Terminal.none(), Map.of())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.toArray(String[]::new));
    }

    private JsonNode json() throws Exception {
        return Wire.json().readTree(out.toString());
    }

    @Test
    void aModelThatIsNamedAndMissingIsAnErrorThatNamesItsFiles() throws Exception {
        assertThat(verify("seedvr2_3b")).isOne();
        assertThat(out.toString()).contains("seedvr2_ema_3b.pth: missing", "ema_vae.pth: missing");
        assertThat(err.toString())
                .contains("seedvr2_ema_3b.pth or seedvr2_ema_3b_fp16.safetensors");
        assertThat(verify("wan22", "--json")).isOne();
        assertThat(json().at("/0/state").asText()).isEqualTo("missing");
        assertThat(json()).hasSize(6);
        assertThat(verify("rife47")).isOne();
    }

    @Test
    void withoutNamesOnlyModelsThatAreThereInPartLackFiles() throws Exception {
        assertThat(verify()).isZero();
        assertThat(err.toString()).contains("no model file is installed");
        HeritageCommand.line(Terminal.none(), Map.of())
                .execute("models", "make-tiny", "wan22", "--into", "" + models);
        assertThat(verify()).as("" + out + err).isZero();
        Files.delete(models.resolve("wan_vae_v1.safetensors"));

        assertThat(verify()).isOne();

        assertThat(out.toString()).contains("wan_vae_v1.safetensors: missing");
        assertThat(err.toString()).contains("wrong or missing: wan_vae_v1.safetensors;");
    }

    @Test
    void aFileThatWasCutOffIsDamagedThoughItsChecksumIsNotPublished() throws Exception {
        HeritageCommand.line(Terminal.none(), Map.of())
                .execute("models", "make-tiny", "wan22", "--into", "" + models);
        Path vae = models.resolve("wan_vae_v1.safetensors");
        byte[] whole = Files.readAllBytes(vae);
        Files.write(vae, java.util.Arrays.copyOf(whole, whole.length - 100));

        assertThat(verify("wan22", "--json")).isOne();

        assertThat(json())
                .anySatisfy(file -> {
                    assertThat(file.path("file").asText()).isEqualTo(vae.toString());
                    assertThat(file.path("state").asText()).isEqualTo("damaged");
                    assertThat(file.path("reason").asText()).isNotEmpty();
                });
    }
}
