package io.heritage.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The options of a run.
 *
 * @param length of load and faults, without the start and the quiet end
 * @param report a file for the report, in addition to stdout
 * @param lanes layout of the queue
 * @param rolling whether each part is replaced in turn, instead of faults
 * @param keep whether the folder of the run is kept even if all is well
 */
record ChaosOptions(
        Duration length,
        long seed,
        Optional<Path> report,
        Cluster.ProcessCounts size,
        double jobsPerSecond,
        Duration faultsApart,
        Lanes lanes,
        boolean rolling,
        boolean keep) {
    /**
     * @param shared whether there are keys whose owners share the lanes
     * @param shards of each lane
     */
    record Lanes(boolean shared, int shards) {
        static final Lanes SIMPLE = new Lanes(false, 1);
    }

    static final String USAGE =
            """
            usage: chaos/run [OPTION…]
              --minutes N             length of load and faults (1)
              --seed S                seed of load and faults (random)
              --rate JOBS_PER_SECOND  submitted jobs a second (1.5)
              --faults-apart SECONDS  mean time between faults (10)
              --small                 fewer processes: one broker, sink and gateway, two processors;
                                      with --rolling two sinks and two gateways
              --fair                  API keys whose owners share the lanes
              --shards N              shards of each lane (1)
              --rolling               replaces each part in turn instead of injecting faults
              --report FILE           also writes the report to FILE
              --keep                  keeps the folder of the run even if all is well\
            """;

    /**
     * @throws IllegalArgumentException if they cannot be read
     */
    static ChaosOptions of(List<String> arguments) {
        double minutes = 1;
        long seed = System.nanoTime() & 0xffffff;
        Optional<Path> report = Optional.empty();
        double rate = 1.5;
        double apart = 10;
        boolean lanesShared = false;
        int laneShards = 1;
        boolean rolling = false;
        boolean small = false;
        boolean keep = false;
        var left = arguments.iterator();
        while (left.hasNext()) {
            String argument = left.next();
            switch (argument) {
                case "--small" -> small = true;
                case "--fair" -> lanesShared = true;
                case "--shards" -> laneShards = Integer.parseInt(value(argument, left));
                case "--rolling" -> rolling = true;
                case "--keep" -> keep = true;
                case "--minutes" -> minutes = Double.parseDouble(value(argument, left));
                case "--seed" -> seed = Long.parseLong(value(argument, left));
                case "--report" -> report = Optional.of(Path.of(value(argument, left)));
                case "--rate" -> rate = Double.parseDouble(value(argument, left));
                case "--faults-apart" -> apart = Double.parseDouble(value(argument, left));
                default -> throw new IllegalArgumentException("unknown option " + argument);
            }
        }
        return new ChaosOptions(
                Duration.ofMillis((long) (minutes * 60_000)),
                seed,
                report,
                size(small, rolling),
                rate,
                Duration.ofMillis((long) (apart * 1000)),
                new Lanes(lanesShared, laneShards),
                rolling,
                keep);
    }

    private static Cluster.ProcessCounts size(boolean small, boolean rolling) {
        return !small
                ? Cluster.ProcessCounts.FULL
                : rolling ? Cluster.ProcessCounts.PAIRS : Cluster.ProcessCounts.SMALL;
    }

    private static String value(String option, java.util.Iterator<String> left) {
        if (!left.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return left.next();
    }
}
