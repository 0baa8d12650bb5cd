package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.kafka.TransportUnavailable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ShardDealTest {
    private final EndpointId endpoint = TestJobs.newEndpoint();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void jobsGoWhereTheFewestWaitForAWorker() {
        var deal = deal(shard(0, 2, 10), shard(1, 1, 2), shard(2, 0, 0));

        assertThat(dealt(deal, 3)).isEqualTo(Map.of(1, 3L));
        Map<Integer, Long> dealt = dealt(deal, 297);
        assertThat(dealt.get(0)).as("of two workers").isBetween(190L, 200L);
        assertThat(dealt.getOrDefault(2, 0L)).as("nobody is there").isZero();
        assertThat(asked).as("questions for 300 jobs").hasValue(1);
    }

    @Test
    void theIdDecidesWhereKafkaDoesNotAnswer() {
        var deal =
                new ShardDeal(
                        3,
                        Set.of(),
                        100,
                        (_, _) -> {
                            throw new TransportUnavailable("not now");
                        },
                        Runnable::run);
        Job job = TestJobs.job(endpoint);
        assertThat(deal.shardOf(job)).isEqualTo(ShardDeal.byId(job, 3)).isBetween(0, 2);
    }

    @Test
    void aBrokenCanaryThatEndsJobsAtOnceGetsItsShareAndNoMore() {
        var deal = dealWithCanary(10, shard(0, 100, 5000), canary(1000, 0));

        Map<Integer, Long> dealt = dealt(deal, 5000);
        assertThat(dealt.get(Topics.CANARY_SHARD)).as("of 5,000").isBetween(400L, 600L);
        assertThat(dealt.keySet()).containsOnly(0, Topics.CANARY_SHARD);
    }

    @Test
    void aCanaryThatDoesNotKeepUpIsGivenNoMoreJobs() {
        assertThat(dealt(dealWithCanary(100, shard(0, 2, 2), canary(2, 0)), 100))
                .as("two until its workers are busy, and the third where fewer wait")
                .isEqualTo(Map.of(Topics.CANARY_SHARD, 2L, 0, 98L));
        assertThat(dealt(dealWithCanary(100, shard(0, 1, 5), canary(1, 0)), 7))
                .as("as long as those before a job are not more than elsewhere")
                .isEqualTo(Map.of(Topics.CANARY_SHARD, 5L, 0, 2L));
    }

    @Test
    void aCanaryWithoutWorkersOrWithoutAShareGetsNothing() {
        assertThat(dealt(dealWithCanary(100, shard(0, 1, 900), canary(0, 0)), 50))
                .isEqualTo(Map.of(0, 50L));
        assertThat(dealt(dealWithCanary(0, shard(0, 1, 900), canary(9, 0)), 50))
                .isEqualTo(Map.of(0, 50L));
    }

    private ShardDeal dealWithCanary(int percent, LaneShard ordinary, LaneShard canary) {
        return new ShardDeal(
                1, Set.of(), percent, (_, _) -> List.of(ordinary, canary), Runnable::run);
    }

    private static LaneShard canary(int members, long unfinished) {
        return shard(Topics.CANARY_SHARD, members, unfinished);
    }

    private ShardDeal deal(LaneShard... shards) {
        return new ShardDeal(
                shards.length,
                Set.of(),
                0,
                (_, _) -> {
                    asked.incrementAndGet();
                    return List.of(shards);
                },
                Runnable::run);
    }

    private Map<Integer, Long> dealt(ShardDeal deal, int jobs) {
        var dealt = new HashMap<Integer, Long>();
        for (int i = 0; i < jobs; i++) {
            dealt.merge(deal.shardOf(TestJobs.job(endpoint)), 1L, Long::sum);
        }
        return dealt;
    }

    private static LaneShard shard(int number, int members, long unfinished) {
        return new LaneShard("shard-" + number, number, members, unfinished, 0);
    }
}
