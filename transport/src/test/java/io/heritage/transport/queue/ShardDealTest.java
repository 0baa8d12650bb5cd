package io.heritage.transport.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.transport.TestJobs;
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
                        (_, _) -> {
                            throw new TransportUnavailable("not now");
                        },
                        Runnable::run);
        Job job = TestJobs.job(endpoint);
        assertThat(deal.shardOf(job)).isEqualTo(ShardDeal.byId(job, 3)).isBetween(0, 2);
    }

    private ShardDeal deal(LaneShard... shards) {
        return new ShardDeal(
                shards.length,
                Set.of(),
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
