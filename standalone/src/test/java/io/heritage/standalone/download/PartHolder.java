package io.heritage.standalone.download;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that downloads a file: {@code PartHolder TARGET VERSION CONTENT}. Says {@code held},
 * and brings the content once it is told to go on.
 */
final class PartHolder {
    private PartHolder() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        DownloadProgress nobody =
                new DownloadProgress() {
                    @Override
                    public void asking(String host) {}

                    @Override
                    public void report(String doing, long bytes, long total) {}

                    @Override
                    public void retrying(String why, Duration in) {}

                    @Override
                    public void waiting(String name) {}
                };
        try (PartFile part =
                PartFile.open(Path.of(args[0]), args[1], 0, Duration.ofMinutes(1), nobody)
                        .orElseThrow()) {
            System.out.println("held");
            var unused = System.in.read();
            byte[] content = Files.readAllBytes(Path.of(args[2]));
            part.append(content, content.length);
            part.moveToTarget();
        }
    }
}
