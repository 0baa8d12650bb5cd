package io.heritage.standalone.cli.services;

import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
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
        description = "Creates API keys for clients.",
        subcommands = KeysCommand.New.class,
        footer = {"", "Example:", "  heritage keys new alice", ""})
public final class KeysCommand implements Runnable {
    @Mixin private final CommonOptions common = new CommonOptions();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "expected: keys new NAME");
    }

    @Command(
            name = "new",
            description = {
                "Prints a new random key to stderr, and the configuration lines that admit it to"
                        + " stdout. The configuration holds only its hash; a lost key cannot be"
                        + " recovered."
            },
            footer = {
                "",
                "Example:",
                "  heritage keys new alice > heritage.yaml",
                "  heritage up --host 0.0.0.0 --config heritage.yaml",
                ""
            })
    static final class New implements Callable<Integer> {
        private static final int KEY_BYTES = 32;

        @Mixin private final CommonOptions common = new CommonOptions();
        @Spec private CommandSpec spec = CommandSpec.create();

        @Parameters(
                paramLabel = "NAME",
                description = "Owner of the key and of its jobs; A-Z a-z 0-9 . _ -")
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
            PrintWriter err = line.getErr();
            err.println("The key of " + name + ", shown only this once:");
            err.println("  " + key);
            err.println("For the configuration file:");
            err.flush();
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
