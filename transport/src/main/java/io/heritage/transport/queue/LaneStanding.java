package io.heritage.transport.queue;

/** How a lane stands with a worker by the model that its jobs need, the best first. */
enum LaneStanding {
    /** A job has waited for longer than a load: it comes before those of models that are held. */
    LATE,
    /** No model is to be loaded for it. */
    OWN,
    /** For a worker that finds no other job. */
    SPARE,
    /** Left to workers that hold the model. */
    AWAY
}
