package io.heritage.sink;

import java.time.Duration;

/**
 * How long an answer waits for the fold, also where its caller names no wait.
 *
 * @param onItsWay for a job that is not there: most are just being folded
 * @param counted until jobs that were acknowledged before they are counted are folded
 */
record FoldPatience(Duration onItsWay, Duration counted) {
    static final FoldPatience USUAL =
            new FoldPatience(Duration.ofMillis(250), Duration.ofMillis(500));
}
