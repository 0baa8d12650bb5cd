package io.heritage.sink.changelog;

import io.heritage.sink.changelog.OwnWrites.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.errors.TaskMigratedException;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fold of a partition that keeps its changelog equal to its state. Records that another sink
 * wrote behind the restored part are overwritten with the state's values for their keys. Nothing is
 * lost: the events that the other sink folded are folded here again.
 *
 * <p>Runs on a stream thread. Differences are overwritten one check after they were found, two
 * after the end offset was requested. By then a sink that left the group knows it and writes
 * nothing.
 */
final class GuardedFold<K, V, L, W> implements Processor<K, V, L, W> {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedFold.class);

    private final Processor<K, V, L, W> fold;
    private final ChangelogGuard guard;
    private final OwnWrites writes = new OwnWrites();
    private final List<Range> suspects = new ArrayList<>();
    private @Nullable Look look;

    /** Offset before which the changelog is known to be our own; negative if not known yet. */
    private long next = -1;

    /** The requested end offset, and the number of writes sent before the request. */
    private record Look(KafkaFuture<Long> end, long sent) {}

    GuardedFold(Processor<K, V, L, W> fold, ChangelogGuard guard) {
        this.fold = fold;
        this.guard = guard;
    }

    @Override
    public void init(ProcessorContext<L, W> context) {
        int partition = context.taskId().partition();
        next = guard.begin(partition, writes);
        TopicPartition changelog = guard.changelog(partition);
        KeyValueStore<String, byte[]> state = context.getStateStore(guard.store());
        fold.init(context);
        context.schedule(
                guard.lookEvery(), PunctuationType.WALL_CLOCK_TIME, _ -> look(changelog, state));
    }

    @Override
    public void process(Record<K, V> record) {
        fold.process(record);
    }

    private void look(TopicPartition changelog, KeyValueStore<String, byte[]> state) {
        try {
            writeOver(changelog, state);
            if (look != null && look.end().isDone() && writes.areSettled(look.sent())) {
                judge(look.end().get());
                look = null;
            }
        } catch (TaskMigratedException e) {
            throw e;
        } catch (KafkaException | java.util.concurrent.ExecutionException e) { // asked again
            look = null;
            LOG.atDebug()
                    .setCause(e)
                    .addKeyValue("changelog", changelog)
                    .log("changelog check failed; will retry");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (look == null) {
            look = new Look(guard.end(changelog), writes.sent());
        }
    }

    private void judge(long end) {
        if (next >= 0) {
            suspects.addAll(writes.others(next, end));
        }
        next = Math.max(next, end);
        writes.forget(next);
    }

    private void writeOver(TopicPartition changelog, KeyValueStore<String, byte[]> state) {
        while (!suspects.isEmpty()) {
            Range range = suspects.getFirst();
            Set<String> keys = guard.reader().keys(changelog, range);
            for (String key : keys) {
                byte[] value = state.get(key);
                if (value == null) {
                    state.delete(key);
                } else {
                    state.put(key, value);
                }
            }
            suspects.removeFirst();
            if (!keys.isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("changelog", changelog)
                        .addKeyValue("from", range.from())
                        .addKeyValue("end", range.end())
                        .addKeyValue("keys", keys.size())
                        .log("records of another sink overwritten");
            }
        }
    }

    @Override
    public void close() {
        guard.end(writes);
        fold.close();
    }
}
