package io.heritage.transport.queue;

import io.heritage.observe.Meters;
import io.heritage.observe.Metric;

/** Records deliveries to a lane and renewals of their locks. Any thread. */
final class ClaimMeters {
    private final Meters meters;

    ClaimMeters(Meters meters) {
        this.meters = meters;
    }

    /**
     * @param deliveries of the record with this one; the queue's limit is ten at most
     */
    void delivered(int deliveries) {
        meters.count(Metric.DELIVERIES, Integer.toString(deliveries));
    }

    void renewed(int claims, boolean done) {
        meters.add(Metric.LOCK_RENEWALS, claims, done ? "renewed" : "failed");
    }
}
