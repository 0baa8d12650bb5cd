package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.transport.kafka.Topics;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShardChoiceTest {
    private static final String CANARY = Integer.toString(Topics.CANARY_SHARD);

    private final ShardChoice choice = new ShardChoice(2, new Random(1));

    @Test
    void aWorkerJoinsTheShardWithTheFewestMembers() {
        assertThat(choice.first(List.of(shard(0, 5, 9, 0), shard(1, 4, 0, 0)))).isEqualTo("1");
    }

    @Test
    void aWorkerJoinsAShardThatIsToGoAsLongAsJobsWaitThereAndNobodyIsThere() {
        assertThat(choice.first(List.of(shard(0, 1, 9, 0), shard(1, 0, 0, 0), shard(2, 0, 3, 0))))
                .isEqualTo("2");
        assertThat(choice.first(List.of(shard(0, 1, 9, 0), shard(1, 0, 0, 0), shard(2, 0, 0, 0))))
                .isEqualTo("1");
    }

    @Test
    void aFullShardIsAskedAgainOnceTheOthersWere() {
        List<LaneShard> shards = List.of(shard(0, 200, 9, 0), shard(1, 201, 0, 0));
        choice.refused("0");
        assertThat(choice.hasRoom(shards)).isTrue();
        assertThat(choice.first(shards)).isEqualTo("1");
        choice.refused("1");
        assertThat(choice.hasRoom(shards)).isFalse();
        assertThat(choice.first(shards)).isEqualTo("0");
    }

    @Test
    void aWorkerGoesWhereJobsWaitAndNobodyIsThere() {
        assertThat(choice.better("0", List.of(shard(0, 1, 9, 0), shard(1, 0, 1, 0)))).contains("1");
    }

    @Test
    void anIdleWorkerGoesWhereNothingMovesAndABusyOneStays() {
        List<LaneShard> busy = List.of(shard(0, 1, 1, 0), shard(1, 1, 3, 7));
        choice.first(busy);
        assertThat(choice.better("0", busy)).isEmpty();

        List<LaneShard> idle = List.of(shard(0, 1, 0, 0), shard(1, 1, 3, 7));
        assertThat(choice.better("0", idle)).contains("1");
        assertThat(choice.better("0", List.of(shard(0, 1, 0, 0), shard(1, 1, 3, 8)))).isEmpty();
    }

    @Test
    void aShardThatIsToGoIsLeftOnceItIsEmpty() {
        assertThat(
                        choice.better(
                                "2",
                                List.of(shard(0, 2, 1, 0), shard(1, 1, 1, 1), shard(2, 1, 0, 9))))
                .contains("1");
    }

    @Test
    void anEvenSpreadStaysAsItIs() {
        assertThat(choice.better("0", List.of(shard(0, 2, 0, 0), shard(1, 1, 0, 0)))).isEmpty();
    }

    @Test
    void aWorkerLeavesTheCanaryItsJobsWhileItsWorkersDoThem() {
        assertThat(choice.first(List.of(shard(0, 5, 9, 0), shard(1, 6, 0, 0), canary(1, 1, 0))))
                .isEqualTo("0");
        List<LaneShard> busy = List.of(shard(0, 9, 0, 0), shard(1, 8, 0, 0), canary(1, 1, 0));
        assertThat(choice.better("0", busy)).isEmpty();
        assertThat(choice.better("0", busy)).isEmpty();
    }

    @Test
    void aWorkerHelpsWhereTheCanaryIsGoneOrDoesNothingAndLeavesAgain() {
        List<LaneShard> gone = List.of(shard(0, 9, 3, 0), shard(1, 9, 0, 0), canary(0, 1, 0));
        assertThat(choice.better("0", gone)).contains(CANARY);

        List<LaneShard> stuck = List.of(shard(0, 9, 0, 0), shard(1, 9, 0, 0), canary(1, 2, 4));
        choice.first(stuck);
        assertThat(choice.better("0", stuck)).contains(CANARY);
        assertThat(choice.better(CANARY, stuck)).as("jobs are left").isEmpty();
        assertThat(
                        choice.better(
                                CANARY,
                                List.of(shard(0, 9, 0, 0), shard(1, 8, 0, 0), canary(2, 0, 6))))
                .contains("1");
    }

    private static LaneShard canary(int members, long unfinished, long progress) {
        return shard(Topics.CANARY_SHARD, members, unfinished, progress);
    }

    private static LaneShard shard(int number, int members, long unfinished, long progress) {
        return new LaneShard(Integer.toString(number), number, members, unfinished, progress);
    }
}
