package io.heritage.transport;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.ControlBoard;
import io.heritage.transport.log.EventLog;
import io.heritage.transport.log.JobLog;
import io.heritage.transport.log.WorkerBoard;
import io.heritage.transport.media.MediaStore;
import io.heritage.transport.queue.JobQueue;
import io.heritage.transport.queue.QueueSettings;
import io.heritage.transport.queue.QueueWindows;
import java.util.Collection;

/** One implementation of every port, as the contracts use it. */
public interface Ports extends AutoCloseable {

    /** Before anything else is done for these endpoints; any number of times. */
    void createTopics(Collection<EndpointId> endpoints, QueueSettings settings);

    JobLog jobs();

    /** From now on as processes that were started with another number of shards a lane. */
    void setLaneShards(int shards);

    /** From now on as processes that were started with lanes that owners share, or without. */
    void setLanesShared(boolean shared);

    /** To be closed before this. The settings are those the topics were created with. */
    JobQueue queue(Collection<EndpointId> endpoints, WorkerId worker, QueueSettings settings);

    QueueWindows windows();

    /**
     * Members of the group of a queue, which may be given its jobs whether they ask or not; 0 where
     * only who asks is given one.
     */
    int members(String jobsTopic);

    MediaStore media();

    MediaStore results();

    EventLog events();

    CommandBus commands();

    WorkerBoard workers();

    ControlBoard controls();

    /** Removes the bytes as retention does. */
    void removeByRetention(MediaRef ref);

    @Override
    void close();
}
