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

    /** Whether it is the one for workers of a version that is tried. */
    boolean isCanary() {
        return number == Topics.CANARY_SHARD;
    }

    /** Whether more jobs are there than members to do them. */
    boolean hasTooMany() {
        return unfinished > members;
    }

    boolean hasJobs() {
        return unfinished > 0;
    }

    /** How many jobs a member has before it; without members they wait for one to come. */
    double jobsPerMember(long more) {
        return members == 0 ? Double.MAX_VALUE : (double) (unfinished + more) / members;
    }
}
