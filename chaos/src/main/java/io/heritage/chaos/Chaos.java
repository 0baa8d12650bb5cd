package io.heritage.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The command {@code chaos/run}: one run and its report. Exit code 1 if the report is not good. */
public final class Chaos {
    private Chaos() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--help")) {
            System.out.println(ChaosOptions.USAGE);
            return;
        }
        ChaosOptions options;
        try {
            options = ChaosOptions.of(List.of(arguments));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage() + "\n" + ChaosOptions.USAGE);
            System.exit(2);
            return;
        }
        Report report = new ChaosRun(options, temporaryFolder()).run();
        String text = report.text();
        System.out.println(text);
        if (options.report().isPresent()) {
            Files.writeString(options.report().get(), text);
        }
        System.exit(report.isGood() ? 0 : 1);
    }

    private static Path temporaryFolder() throws IOException {
        return Files.createTempDirectory("heritage-chaos-");
    }
}
