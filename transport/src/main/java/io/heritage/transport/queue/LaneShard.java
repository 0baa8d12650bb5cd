package io.heritage.transport.queue;

import io.heritage.transport.kafka.Topics;

/**
 * One of the topics that a lane is split into, with its share group.
 *
 * @param number from 0
 * @param members of the group; a busy worker is one too
 * @param unfinished jobs that wait or are with a worker
 * @param progress grows with each job that is finished
 */
record LaneShard(String topic, int number, int members, long unfinished, long progress) {

    /** Whether it is the canary's shard. */
    boolean isCanary() {
        return number == Topics.CANARY_SHARD;
    }

    /** Whether there are more jobs than members. */
    boolean hasTooMany() {
        return unfinished > members;
    }

    boolean hasJobs() {
        return unfinished > 0;
    }

    /** Jobs per member; without members the jobs wait for one to join. */
    double jobsPerMember(long more) {
        return members == 0 ? Double.MAX_VALUE : (double) (unfinished + more) / members;
    }
}
