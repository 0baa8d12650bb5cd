package io.heritage.transport.queue;

/** Priority of a lane for a worker, by the model that its jobs need; best first. */
enum LaneStanding {
    /** A job has waited for longer than a load, so it precedes jobs of held models. */
    LATE,
    /** Needs no load of a model. */
    OWN,
    /** Served if the worker finds no other job. */
    SPARE,
    /** Left to workers that hold the model. */
    AWAY
}
