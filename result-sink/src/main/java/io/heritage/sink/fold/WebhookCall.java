package io.heritage.sink.fold;

import io.heritage.http.HostNames;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls webhooks, a bounded number at the same time. */
public interface WebhookCall {

    /** Result of one attempt. */
    sealed interface Result {
        String detail();
    }

    record Delivered(String detail) implements Result {}

    /** May succeed next time. */
    record Failed(String detail) implements Result {}

    /** Not retried: no URL to call, or an address that is not allowed. */
    record Refused(String detail) implements Result {}

    /**
     * Begins one attempt without blocking.
     *
     * @param done called once, on another thread
     * @return false if nothing was begun, because enough are under way, be it in all, to this host
     *     or for this owner
     */
    boolean begin(TrackedJob job, Consumer<Result> done);

    /** The host that a URL names, in lower case; empty if it names none and is refused. */
    static String hostOf(@Nullable String url) {
        try {
            return url == null
                    ? ""
                    : HostNames.ofUri(new URI(url.strip())).orElse("").toLowerCase(Locale.ROOT);
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
