package io.heritage.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.standalone.config.HeritageConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the program says before it does anything. */
class HeritageCommandTest extends HeritageCommandFixture {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "up",
                "interpolate",
                "restore",
                "jobs",
                "run",
                "workers",
                "health",
                "compare",
                "models",
                "gpu",
                "golden",
                "gateway",
                "processor",
                "sink",
                "keys",
                "config",
                "completion"
            })
    void everyCommandHasHelpWithAnExampleAndTheExitCodes(String command) {
        assertThat(run(command, "--help")).isZero();

        assertThat(out.toString())
                .contains("Usage: heritage " + command)
                .contains("Example")
                .contains("heritage " + command)
                .contains("Exit codes:")
                .contains("78")
                .contains("130");
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsNotShown() {
        Map<String, String> broken =
                Map.of("HF_ENDPOINT", "http://127.0.0.1:9", "HF_TOKEN", "hf_secret\nhf_secret");

        assertThat(run(broken, "models", "pull", "rife47", "--into", folder.toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("HF_TOKEN").doesNotContain("secret");
        assertThat(out.toString()).doesNotContain("secret");
    }

    @Test
    void aPullChecksItsUsageAndTellsWhatTheServerHasNot() throws Exception {
        String into = folder.resolve("ckpts").toString();
        assertThat(run("models", "pull", "seedvr2_70b")).isEqualTo(2);
        assertThat(run("models", "pull", "rife47", "--fp16")).isEqualTo(2);
        assertThat(run(Map.of("HF_ENDPOINT", "ftp://h"), "models", "pull", "rife47")).isEqualTo(2);
        assertThat(err.toString())
                .contains("no model 'seedvr2_70b' to download; expected seedvr2_3b, ")
                .contains("--fp16: rife47 is published in one form only")
                .contains("HF_ENDPOINT: expected a URL such as https://huggingface.co");

        try (var hub = new java.net.ServerSocket(0)) {
            // Answers like a server that has no such file, and closes.
            Thread.ofVirtual().start(() -> refuse(hub));
            String url = "http://127.0.0.1:" + hub.getLocalPort();
            assertThat(run(Map.of("HF_ENDPOINT", url), "models", "pull", "rife47", "--into", into))
                    .isEqualTo(1);
        }
        assertThat(err.toString()).contains("rife47.pth of marduk191/rife").contains("404");
    }

    private static void refuse(java.net.ServerSocket hub) {
        try (var socket = hub.accept()) {
            socket.getInputStream().read(new byte[4096]);
            socket.getOutputStream()
                    .write(
                            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-v", "-V"})
    void theVersionIsToldOnStdout(String option) {
        assertThat(run(option)).isZero();
        assertThat(out.toString()).startsWith("heritage ");
    }

    @Test
    void noCommandAnUnknownCommandAndAnUnknownOptionAreWrongUsage() {
        assertThat(run()).isEqualTo(2);
        assertThat(run("upp")).isEqualTo(2);
        assertThat(run("up", "--prot", "1")).isEqualTo(2);
        assertThat(err.toString())
                .contains("Unmatched argument at index 0: 'upp'")
                .contains("Did you mean")
                .contains("--port");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void upBeyondLoopbackWithoutKeysIsRefusedWithTheWayToMakeOne() {
        assertThat(run("up", "--host", "0.0.0.0", "--data", folder.toString())).isEqualTo(78);

        assertThat(err.toString()).contains("0.0.0.0").contains("heritage keys new NAME");
    }

    @Test
    void aNewKeyIsAdmittedByTheLinesThatComeWithIt() throws Exception {
        assertThat(run("keys", "new", "alice")).isZero();

        Matcher key = Pattern.compile("hk_[A-Za-z0-9_-]{43}").matcher(err.toString());
        assertThat(key.find()).isTrue();
        assertThat(out.toString()).doesNotContain(key.group());
        Path file = Files.writeString(folder.resolve("h.yaml"), out.toString());
        var config = HeritageConfig.load(Optional.of(file), Map.of(), List.of());
        byte[] hash =
                MessageDigest.getInstance("SHA-256")
                        .digest(key.group().getBytes(StandardCharsets.UTF_8));
        assertThat(config.gateway().keys())
                .singleElement()
                .satisfies(admitted -> {
                    assertThat(admitted.name()).isEqualTo("alice");
                    assertThat(admitted.sha256()).isEqualTo(HexFormat.of().formatHex(hash));
                });
    }

    @Test
    void theCompletionScriptKnowsCommandsAndOptions() {
        assertThat(run("completion")).isZero();
        assertThat(out.toString()).contains("interpolate").contains("--resolution");
    }

    @Test
    void interpolateChecksItsUsageBeforeItReadsAnything() {
        assertThat(run("interpolate", "a.png", "-o", "x.mp4")).isEqualTo(2);
        assertThat(run("interpolate", "a.mp4", "-o", "x.mp4", "--times", "3")).isEqualTo(2);
        assertThat(run("interpolate", "a.png", "b.png", "-o", "x", "--url", "h", "--frames", "34"))
                .isEqualTo(2);
        assertThat(run("interpolate", "a.png", "b.png", "-o", "x", "--url", "ftp://h"))
                .isEqualTo(2);
        assertThat(run("interpolate", "none.png", "none.png", "-o", "x.mp4")).isEqualTo(2);
        assertThat(run("interpolate", "a.png", "b.png", "-o", "x", "--seed", "1")).isEqualTo(2);
        assertThat(run("interpolate", "a.mp4", "-o", "x.mp4", "--times=2", "--prompt=p"))
                .isEqualTo(2);
        for (String option :
                List.of("--seed=-1", "--steps=21", "--frame-length=0", "--frames=65")) {
            assertThat(run("interpolate", "a.png", "-o", "x", "--engine", "wan", option))
                    .isEqualTo(2);
        }
        assertThat(
                        run(
                                "interpolate",
                                "a.png",
                                "b.png",
                                "-o",
                                "x",
                                "--engine",
                                "wan",
                                "--url",
                                "http://h"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("for videos add --times 2")
                .contains("expected 2, 4 or 8, found 3")
                .contains("odd number from 33 to 257, found 34")
                .contains("expected a URL such as")
                .contains("cannot read none.png")
                .contains("and --seed need --engine wan")
                .contains("--times needs --engine rife")
                .contains("--seed: expected 0 to 18446744073709551615, found -1")
                .contains("--steps: expected 4 to 20, found 21")
                .contains("--frame-length: expected 17 to 129, found 0")
                .contains("wan takes --frame-length")
                .contains("with --url the server decides");
    }

    @Test
    void aServiceWithoutKafkaSaysWhichKeyIsMissing() {
        assertThat(run("processor")).isEqualTo(78);
        assertThat(err.toString()).contains("kafka.bootstrap-servers: is not set");
    }
}
