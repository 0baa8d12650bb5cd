package io.heritage.sink.http;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether Kafka answers and the topics exist; the answer is cached briefly. Any thread. */
public final class KafkaProbe {
    private static final Logger LOG = LoggerFactory.getLogger(KafkaProbe.class);
    private static final Duration VALID = Duration.ofSeconds(2);
    private static final int TIMEOUT_MILLIS = 1500;

    private final Admin admin;
    private final List<String> topics;
    private final ReentrantLock asking = new ReentrantLock();
    private long askedAt;
    private boolean reachable;

    /**
     * @param admin stays open
     */
    public KafkaProbe(Admin admin, Collection<String> topics) {
        this.admin = admin;
        this.topics = List.copyOf(topics);
    }

    public boolean isReachable() throws InterruptedException {
        asking.lockInterruptibly();
        try {
            long now = System.nanoTime();
            if (askedAt == 0 || now - askedAt > VALID.toNanos()) {
                reachable = ask();
                askedAt = System.nanoTime();
            }
            return reachable;
        } finally {
            asking.unlock();
        }
    }

    private boolean ask() throws InterruptedException {
        try {
            admin.describeTopics(topics, new DescribeTopicsOptions().timeoutMs(TIMEOUT_MILLIS))
                    .allTopicNames()
                    .get();
            return true;
        } catch (ExecutionException e) {
            LOG.atWarn().addKeyValue("error", String.valueOf(e.getCause())).log("Kafka not ready");
            return false;
        }
    }
}
