package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.MovingClock;
import io.heritage.sink.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PendingWebhooksTest {
    private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");

    private final Samples samples = new Samples(new MovingClock(NOW));
    private final PendingWebhooks pending = new PendingWebhooks();
    private final List<JobId> begun = new ArrayList<>();

    private Job job(String owner, String host) {
        Job job = samples.job("https://%s/hook".formatted(host), ReplyShape.ENVELOPE);
        return new Job(
                job.id(),
                job.endpoint(),
                job.kind(),
                owner,
                job.input(),
                job.policy(),
                job.webhook(),
                job.reply(),
                job.submittedAt(),
                0);
    }

    /** The fault: each host had a turn, so another owner waited for thousands of them. */
    @Test
    void anOwnerWithThousandsOfHostsThatHangKeepsNobodyElseWaiting() {
        Set<JobId> hanging = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            Job job = job("mallory", "h" + i + ".example");
            hanging.add(job.id());
            pending.add(job, NOW);
        }
        Job other = job("alice", "alice.example");
        pending.add(other, NOW);

        pending.begin(NOW, id -> !hanging.contains(id) && begun.add(id));

        assertThat(begun).containsExactly(other.id());
    }

    @Test
    void aHostThatHangsKeepsTheOthersOfItsOwnerWaitingForATurnAtMost() {
        for (int i = 0; i < 100; i++) {
            pending.add(job("alice", "slow.example"), NOW);
        }
        Job quick = job("alice", "quick.example");
        pending.add(quick, NOW);

        pending.begin(NOW, id -> id.equals(quick.id()) && begun.add(id));

        assertThat(begun).containsExactly(quick.id());
    }

    @Test
    void eachIsBegunOnceWhenItIsDueAndNoHostIsForgotten() {
        var expected = new HashSet<JobId>();
        for (int i = 0; i < 200; i++) {
            Job job = job("alice", "h" + i % 40 + ".example");
            pending.add(job, i % 2 == 0 ? NOW : NOW.plusSeconds(1));
            pending.add(job, NOW);
            if (i % 2 == 0) {
                expected.add(job.id());
            }
        }
        for (int looks = 0; looks < 10; looks++) {
            pending.begin(NOW, begun::add);
        }
        assertThat(begun).hasSize(100).containsExactlyInAnyOrderElementsOf(expected);
        for (int looks = 0; looks < 10; looks++) {
            pending.begin(NOW.plusSeconds(1), begun::add);
        }
        assertThat(begun).hasSize(200).doesNotHaveDuplicates();
    }
}
