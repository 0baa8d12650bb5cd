package io.heritage.transport.queue;

/**
 * Demand of one lane of a model.
 *
 * @param members workers that serve the model at the endpoint, those included that are about to
 *     load it
 * @param unfinished jobs that wait or are with a worker
 * @param old those of them that were submitted longer ago than a load of the model takes
 * @param finished grows with each job that is finished
 */
record ModelDemand(int members, long unfinished, long old, long finished) {

    boolean hasJobs() {
        return unfinished > 0;
    }

    /** The demand without this worker as a member. */
    ModelDemand withoutOneMember() {
        return new ModelDemand(Math.max(0, members - 1), unfinished, old, finished);
    }
}
