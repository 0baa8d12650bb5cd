package io.heritage.transport.queue;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Chooses the shard of a lane that a worker serves. It joins one, and changes to another that needs
 * it more, where jobs wait and nothing moves. Shards beyond the configured number are served as
 * long as they have jobs, the canary's only if its own workers do not run them. Used by one lane's
 * thread.
 */
final class ShardChoice {
    private final int configured;
    private final RandomGenerator random;
    private final Set<String> full = new HashSet<>();

    /** State of a shard when this worker last found nothing there, or last checked it. */
    private final Map<String, Long> seen = new HashMap<>();

    /**
     * @param configured number of shards that jobs are dealt to
     */
    ShardChoice(int configured, RandomGenerator random) {
        this.configured = configured;
        this.random = random;
    }

    /** The shard to join first, or after the current one has refused the worker. */
    String first(List<LaneShard> shards) {
        if (!hasRoom(shards)) {
            full.clear();
        }
        remember(shards);
        List<LaneShard> open = shards.stream().filter(s -> !full.contains(s.topic())).toList();
        return open.stream()
                .filter(s -> s.members() == 0 && s.hasJobs())
                .findFirst()
                .or(() -> open.stream().filter(this::isServed).min(fewestMembers()))
                .or(() -> open.stream().findFirst())
                .orElseThrow()
                .topic();
    }

    /**
     * A shard that needs the worker more than its current one.
     *
     * @param own the topic that it serves
     */
    Optional<String> better(String own, List<LaneShard> shards) {
        Map<String, Long> before = Map.copyOf(seen);
        remember(shards);
        Optional<LaneShard> here = shards.stream().filter(s -> s.topic().equals(own)).findFirst();
        if (here.isEmpty()) {
            return shards.isEmpty() ? Optional.empty() : Optional.of(first(shards));
        }
        List<LaneShard> others =
                shards.stream()
                        .filter(s -> !s.topic().equals(own) && !full.contains(s.topic()))
                        .toList();
        Optional<LaneShard> forsaken =
                any(others.stream().filter(s -> s.hasJobs() && s.members() == 0).toList());
        if (forsaken.isPresent()) {
            return forsaken.map(LaneShard::topic); // also from jobs: they have their turn again
        }
        if (here.get().hasJobs()) {
            return Optional.empty();
        }
        Optional<LaneShard> stuck = any(others.stream().filter(s -> isStuck(s, before)).toList());
        if (stuck.isPresent()) {
            return stuck.map(LaneShard::topic);
        }
        return others.stream()
                .filter(this::isServed)
                .min(fewestMembers())
                .filter(s ->
                        !isServed(here.get())
                                || (here.get().members() - s.members() >= 2
                                        && random.nextBoolean()))
                .map(LaneShard::topic);
    }

    /** The group was full; it is asked again after the others. */
    void refused(String topic) {
        full.add(topic);
    }

    boolean hasRoom(List<LaneShard> shards) {
        return shards.stream().anyMatch(s -> !full.contains(s.topic()));
    }

    void joined() {
        full.clear();
    }

    private void remember(List<LaneShard> shards) {
        seen.clear();
        shards.forEach(s -> seen.put(s.topic(), s.progress()));
    }

    private static boolean isStuck(LaneShard shard, Map<String, Long> before) {
        return (shard.isCanary() ? shard.hasTooMany() : shard.hasJobs())
                && Long.valueOf(shard.progress()).equals(before.get(shard.topic()));
    }

    private Optional<LaneShard> any(List<LaneShard> shards) {
        return shards.isEmpty()
                ? Optional.empty()
                : Optional.of(shards.get(random.nextInt(shards.size())));
    }

    private boolean isServed(LaneShard shard) {
        return shard.number() < configured || (shard.hasJobs() && !shard.isCanary());
    }

    private static Comparator<LaneShard> fewestMembers() {
        return Comparator.comparingInt(LaneShard::members).thenComparingInt(LaneShard::number);
    }
}
