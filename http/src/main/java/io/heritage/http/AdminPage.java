package io.heritage.http;

import java.util.Optional;
import java.util.function.Function;

/** Answers a further path of the admin port. */
@FunctionalInterface
public interface AdminPage {

    /**
     * @param last the path's last segment
     * @param query value of a parameter; empty if absent
     */
    Reply of(String last, Function<String, Optional<String>> query) throws InterruptedException;

    /** JSON with its HTTP status. */
    record Reply(int status, String json) {}
}
