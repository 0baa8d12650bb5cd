package io.heritage.chaos;

import io.heritage.chaos.Customer.Way;
import io.heritage.chaos.Script.ScriptedEnd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The customers of a run, derived from the seed. */
final class LoadPlan {
    /** Jobs of the purged endpoint come in groups, and a purge falls into each group. */
    private static final int PURGED_GROUP = 5;

    private static final Duration PURGE_EVERY = Duration.ofSeconds(30);
    private static final Duration FIRST_BATCH = Duration.ofSeconds(4);
    private static final Duration BATCH_EVERY = Duration.ofSeconds(20);

    private final SplittableRandom random;
    private final boolean deadly;

    private LoadPlan(long seed, boolean deadly) {
        this.deadly = deadly;
        this.random = new SplittableRandom(seed);
    }

    /**
     * @param deadly whether some jobs end their workers
     */
    static List<Customer> of(long seed, Duration length, double jobsPerSecond, boolean deadly) {
        return new LoadPlan(seed, deadly).customers(length, jobsPerSecond);
    }

    private List<Customer> customers(Duration length, double jobsPerSecond) {
        var customers = new ArrayList<Customer>();
        double at = 0;
        while (at < length.toMillis()) {
            customers.add(customer(customers.size(), (long) at));
            at += -Math.log(1 - random.nextDouble()) * 1000 / jobsPerSecond;
        }
        for (long p = PURGE_EVERY.toMillis() / 2;
                p < length.toMillis();
                p += PURGE_EVERY.toMillis()) {
            for (int i = 0; i < PURGED_GROUP; i++) {
                customers.add(purged(customers.size(), p + 10 * i));
            }
        }
        return List.copyOf(customers);
    }

    /** When the queue of {@link Cluster#PURGED} is purged. */
    static List<Long> purges(Duration length) {
        var times = new ArrayList<Long>();
        for (long p = PURGE_EVERY.toMillis() / 2;
                p < length.toMillis();
                p += PURGE_EVERY.toMillis()) {
            times.add(p + 400);
        }
        return times;
    }

    /** Clients that send several jobs at once. */
    static List<BatchCustomer> batches(long seed, Duration length, boolean deadly) {
        return new LoadPlan(seed ^ 0xba7c4L, deadly).batches(length);
    }

    private List<BatchCustomer> batches(Duration length) {
        var batches = new ArrayList<BatchCustomer>();
        for (long at = FIRST_BATCH.toMillis();
                at < length.toMillis();
                at += BATCH_EVERY.toMillis()) {
            String tag = "batch-" + batches.size();
            int mediaBytes = random.nextInt(1, 200_000);
            int count = random.nextInt(2, 9);
            var jobs = new ArrayList<Customer>();
            for (int i = 0; i < count; i++) {
                jobs.add(ofBatch(tag + "-" + i, at, mediaBytes));
            }
            batches.add(new BatchCustomer(tag, at, mediaBytes, jobs));
        }
        return List.copyOf(batches);
    }

    private Customer ofBatch(String tag, long at, int mediaBytes) {
        int n = random.nextInt(100);
        ScriptedEnd outcome =
                n < 3 && deadly
                        ? ScriptedEnd.CRASH_ONCE
                        : n < 15 ? ScriptedEnd.FAIL : ScriptedEnd.COMPLETE;
        int parts = random.nextInt(1, 4);
        return new Customer(
                Cluster.ENDPOINT,
                Way.ASYNC,
                new Script(tag, outcome, random.nextLong(5, 1500), parts, 200, false),
                at,
                mediaBytes,
                false,
                0,
                false,
                -1,
                false,
                1000,
                true);
    }

    private Customer customer(int number, long at) {
        ScriptedEnd outcome = outcome();
        boolean over = outcome == ScriptedEnd.COMPLETE && random.nextInt(100) < 2;
        Way way = way();
        boolean streams = way == Way.STREAM || way == Way.STREAM_FROM;
        int parts = streams ? random.nextInt(2, 9) : random.nextInt(1, 4);
        long work = over ? 12_000 : work();
        boolean ends = outcome == ScriptedEnd.COMPLETE || outcome == ScriptedEnd.CRASH_ONCE;
        boolean divided = ends && !over && !streams && parts > 1 && random.nextInt(100) < 25;
        return new Customer(
                Cluster.ENDPOINT,
                way,
                new Script("job-" + number, outcome, work, parts, partBytes(parts), divided),
                at,
                mediaBytes(),
                random.nextInt(100) < 30,
                over ? 5_000 : 0,
                random.nextInt(100) < 15,
                random.nextInt(100) < 6 ? random.nextLong(0, 3000) : -1,
                outcome == ScriptedEnd.FAIL_ONCE
                        || outcome == ScriptedEnd.FAIL && random.nextBoolean(),
                random.nextLong(1000, 15_000),
                way != Way.SYNC && random.nextInt(100) < 25);
    }

    private Customer purged(int number, long at) {
        return new Customer(
                Cluster.PURGED,
                Way.ASYNC,
                new Script("job-" + number, ScriptedEnd.COMPLETE, 300, 1, 100, false),
                at,
                10,
                random.nextBoolean(),
                0,
                false,
                -1,
                false,
                1000,
                false);
    }

    private Way way() {
        int n = random.nextInt(100);
        return n < 45 ? Way.ASYNC : n < 65 ? Way.SYNC : n < 85 ? Way.STREAM : Way.STREAM_FROM;
    }

    private ScriptedEnd outcome() {
        int n = random.nextInt(1000);
        if (!deadly && n < 25) {
            return ScriptedEnd.COMPLETE;
        }
        return n < 7
                ? ScriptedEnd.POISON
                : n < 25
                        ? ScriptedEnd.CRASH_ONCE
                        : n < 60
                                ? ScriptedEnd.FAIL_ONCE
                                : n < 130 ? ScriptedEnd.FAIL : ScriptedEnd.COMPLETE;
    }

    private long work() {
        int n = random.nextInt(1000);
        return n < 650
                ? random.nextLong(5, 200)
                : n < 930
                        ? random.nextLong(200, 2000)
                        : n < 990 ? random.nextLong(2000, 8000) : random.nextLong(10_000, 30_000);
    }

    private int mediaBytes() {
        int n = random.nextInt(1000);
        return n < 200
                ? 1
                : n < 850
                        ? random.nextInt(2, 64_000)
                        : n < 985
                                ? random.nextInt(64_000, 2_000_000)
                                : random.nextInt(2_000_000, 20_000_000);
    }

    private int partBytes(int parts) {
        int n = random.nextInt(1000);
        return n < 150
                ? 8 // fewer would make two jobs' parts equal by chance
                : n < 900
                        ? random.nextInt(8, 40_000)
                        : n < 990 ? random.nextInt(40_000, 600_000) : 20_000_000 / parts;
    }
}
