package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidentModelsTest {
    private static final long GIB = 1L << 30;

    private int evictions;

    /** Files need three times their size: here 30 GiB. */
    @ParameterizedTest
    @CsvSource({"40, 50, 0, 0", "20, 50, 1, 0", "20, 25, 1, 1"})
    void aLoadTakesFirstWhatIsFreeThenWhatLibtorchKeepsThenTheOtherModels(
            long freeGib, long releasedGib, int releases, int expectedEvictions) {
        var memory = new CountedMemory(freeGib * GIB, releasedGib * GIB);
        var resident = new ResidentModels(memory, List.of(), Duration.ZERO);
        Evictable asking = () -> evictions += 100;
        resident.add(asking);
        resident.add(() -> evictions++);
        resident.makeRoom(asking, 10 * GIB);
        assertThat(memory.releases).isEqualTo(releases);
        assertThat(evictions).isEqualTo(expectedEvictions);
    }

    private static final class CountedMemory implements FreeMemory {
        private final long released;
        private long bytes;
        private int releases;

        CountedMemory(long bytes, long released) {
            this.bytes = bytes;
            this.released = released;
        }

        @Override
        public long freeBytes() {
            return bytes;
        }

        @Override
        public void releaseKept() {
            bytes = released;
            releases++;
        }
    }
}
