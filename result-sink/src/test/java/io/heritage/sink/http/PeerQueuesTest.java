package io.heritage.sink.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.sink.queue.QueuePlace;
import io.heritage.sink.queue.QueueSample;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class PeerQueuesTest {
    private static final HostInfo PEER = new HostInfo("sink-2", 1);
    private static final EndpointId ENDPOINT = new EndpointId("interpolate");
    private static final QueuePlace PLACE = new QueuePlace("queue", 5);

    private final AtomicLong now = new AtomicLong(1);
    private final AtomicInteger asked = new AtomicInteger();
    private boolean answers = true;
    private final PeerQueues queues =
            new PeerQueues(
                    (_, _, _) -> {
                        asked.incrementAndGet();
                        if (!answers) {
                            throw new IOException("no answer");
                        }
                        return List.of(
                                new QueueSample(1, 2, List.of(1L, 9L)),
                                new QueueSample(1, 1, List.of(4L)));
                    },
                    now::get);

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    @Test
    void anotherSinkIsAskedOnceASecondHoweverManyWantToKnow() throws Exception {
        for (int i = 0; i < 1_000; i++) {
            assertThat(queues.before(PEER, ENDPOINT, PLACE)).hasValue(2);
            assertThat(queues.before(PEER, ENDPOINT, new QueuePlace("queue", 10))).hasValue(3);
        }
        assertThat(asked).hasValue(1);
        pass(Duration.ofMillis(1_001));
        assertThat(queues.before(PEER, ENDPOINT, PLACE)).hasValue(2);
        assertThat(asked).hasValue(2);
    }

    @Test
    void oneThatDoesNotAnswerIsNotWaitedForAgainAndAgain() throws Exception {
        answers = false;
        for (int i = 0; i < 1_000; i++) {
            assertThat(queues.before(PEER, ENDPOINT, PLACE)).isEmpty();
        }
        assertThat(asked).hasValue(1);
        answers = true;
        pass(Duration.ofSeconds(2));
        assertThat(queues.before(PEER, ENDPOINT, PLACE)).hasValue(2);
    }
}
