package io.heritage.standalone.fuzz;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Tells a file that is never done from a machine that is busy with other things. A loop takes
 * processor time; threads that wait for each other sleep, all of them. A process that gets no
 * processor does neither.
 */
final class HangWatch {
    /** Between two looks, at most: a look that comes late says little of the time before it. */
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(2);

    /** How a thread stands is the first letter behind its name, which may have brackets in it. */
    private static final char NAME_ENDS = ')';

    private final ProcessSight process;
    private final long patience;
    private long usedBefore;
    private long lastLook;
    private long asleep;

    /** What can be seen of a process. */
    interface ProcessSight {
        /** Processor time that it has used, in nanoseconds. */
        long used();

        /** Whether a thread runs, or would if there were a processor for it. */
        boolean isAwake() throws IOException;
    }

    /** This process, but for the thread that looks. */
    static final class OwnProcess implements ProcessSight {
        private static final OperatingSystemMXBean SYSTEM =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

        @Override
        public long used() {
            return SYSTEM.getProcessCpuTime();
        }

        @Override
        public boolean isAwake() throws IOException {
            Path self = Path.of("/proc/thread-self").toRealPath().getFileName();
            try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
                return threads.filter(t -> !t.getFileName().equals(self)).anyMatch(HangWatch::runs);
            }
        }
    }

    /**
     * @param patience how much processor time a file may take, and how long all may sleep
     */
    HangWatch(ProcessSight process, Duration patience) {
        this.process = process;
        this.patience = patience.toNanos();
    }

    /** Another file is read from now on. */
    synchronized void begin(long now) {
        usedBefore = process.used();
        lastLook = now;
        asleep = 0;
    }

    /**
     * Looks once more.
     *
     * @param now as {@link System#nanoTime}
     */
    synchronized boolean hangs(long now) throws IOException {
        long passed = Math.min(now - lastLook, LONGEST_LOOK.toNanos());
        asleep = process.isAwake() ? 0 : asleep + passed;
        lastLook = now;
        return asleep > patience || process.used() - usedBefore > patience;
    }

    /** {@code D} waits for a disk. */
    private static boolean runs(Path thread) {
        try {
            String stat = Files.readString(thread.resolve("stat"));
            char state = stat.charAt(stat.lastIndexOf(NAME_ENDS) + 2);
            return state == 'R' || state == 'D';
        } catch (IOException hasJustEnded) {
            return true;
        }
    }
}
