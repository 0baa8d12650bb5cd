package io.heritage.sink.http;

import java.time.Duration;

/**
 * How long answers wait until written records are folded. After that most report the current state;
 * a purge reports that it is still running.
 *
 * @param onItsWay for an unknown job: most of them are just being folded
 * @param counted for jobs that were acknowledged before they are counted
 * @param told for what the answer itself has written to the log
 * @param purged for a queue to be empty; clients of long queues wait longer than others, and a
 *     gateway longer than this
 * @param switched for a change by an operator
 */
public record AnswerPatience(
        Duration onItsWay, Duration counted, Duration told, Duration purged, Duration switched) {
    public static final AnswerPatience USUAL =
            new AnswerPatience(
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(25),
                    Duration.ofSeconds(2));
}
