package io.heritage.chaos;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

public final class Chaos {
    private Chaos() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("heritage-chaos-");
        System.err.println(folder);
        long t = System.nanoTime();
        try (var cluster =
                Cluster.in(folder, args.length > 0 ? Cluster.Size.SMALL : Cluster.Size.FULL)) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> cluster.parts().forEach(Part::close)));
            cluster.start();
            for (int i = 0; i < 200; i++) {
                Thread.sleep(1000);
                for (String g : cluster.gateways()) {
                    try (var c = HttpClient.newHttpClient()) {
                        var r =
                                c.send(
                                        HttpRequest.newBuilder(URI.create(g + "chaos/health"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString());
                        System.err.println(
                                (System.nanoTime() - t) / 1000000
                                        + " "
                                        + r.statusCode()
                                        + " "
                                        + r.body());
                    } catch (IOException e) {
                        System.err.println((System.nanoTime() - t) / 1000000 + " " + e);
                    }
                }
                if ((System.nanoTime() - t) / 1000000 > 90000) break;
            }
            System.err.println(cluster.stop());
        }
    }
}
