package io.heritage.standalone.client;

import java.time.Duration;

/**
 * Time limits of calls. A transfer of media may take any time as long as it makes progress.
 *
 * @param answer from the last byte of the request to the first of the reply
 * @param silence within a request or a reply
 */
record CallLimits(Duration answer, Duration silence) {
    static final CallLimits USUAL = new CallLimits(Duration.ofMinutes(5), Duration.ofMinutes(1));

    /** Interval at which both limits are checked. */
    Duration look() {
        Duration shorter = answer.compareTo(silence) < 0 ? answer : silence;
        return shorter.dividedBy(8);
    }
}
