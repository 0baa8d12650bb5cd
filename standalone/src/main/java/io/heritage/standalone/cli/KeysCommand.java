package io.heritage.standalone.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "keys",
        description = "Makes keys for clients.",
        subcommands = KeysCommand.New.class,
        footer = {"", "Example:", "  heritage keys new alice", ""})
final class KeysCommand implements Runnable {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: keys new NAME");
    }

    @Command(
            name = "new",
            description = {
                "Prints a new random key, once, and the lines of the configuration that admit it.",
                "The configuration holds only its hash; a lost key cannot be found out again."
            },
            footer = {
                "",
                "Example:",
                "  heritage keys new alice",
                "  heritage up --host 0.0.0.0 --config heritage.yaml   (with the lines it printed)",
                ""
            })
    static final class New implements Callable<Integer> {
        private static final int KEY_BYTES = 32;

        @Mixin private final CommonOptions common = new CommonOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(
                paramLabel = "NAME",
                description = "Who gets it; jobs belong to this name. A-Z a-z 0-9 . _ -")
        private String name = "";

        @Override
        public Integer call() {
            CommandLine line = spec.commandLine();
            if (!name.matches("[A-Za-z0-9._-]{1,64}")) {
                throw new ParameterException(
                        line,
                        "a name consists of 1 to 64 of A-Z a-z 0-9 . _ -, found '" + name + "'");
            }
            byte[] random = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(random);
            String key = "hk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
            PrintWriter out = line.getOut();
            out.println("# The key of " + name + ", shown this once:");
            out.println("#   " + key);
            out.println("# For the configuration file:");
            out.println("gateway:");
            out.println("  keys:");
            out.println("    - name: " + name);
            out.println("      sha256: " + sha256(key));
            out.flush();
            return ExitCode.OK;
        }

        private static String sha256(String key) {
            try {
                return HexFormat.of()
                        .formatHex(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(key.getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }
}
