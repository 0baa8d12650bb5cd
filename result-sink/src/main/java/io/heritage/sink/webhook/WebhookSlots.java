package io.heritage.sink.webhook;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits concurrent webhook calls: a total, of which one host gets a quarter and one owner half,
 * but each at least one. Any thread.
 */
final class WebhookSlots {
    private final int atOnce;
    private final int perHost;
    private final int perOwner;
    private final Map<String, Integer> ofHosts = new HashMap<>();
    private final Map<String, Integer> ofOwners = new HashMap<>();
    private int taken;

    WebhookSlots(int atOnce) {
        this.atOnce = atOnce;
        this.perHost = Math.max(1, atOnce / 4);
        this.perOwner = Math.max(1, atOnce / 2);
    }

    synchronized boolean take(String owner, String host) {
        boolean free =
                taken < atOnce
                        && ofHosts.getOrDefault(host, 0) < perHost
                        && ofOwners.getOrDefault(owner, 0) < perOwner;
        if (free) {
            taken++;
            ofHosts.merge(host, 1, Integer::sum);
            ofOwners.merge(owner, 1, Integer::sum);
        }
        return free;
    }

    synchronized void giveBack(String owner, String host) {
        taken--;
        ofHosts.computeIfPresent(host, (_, n) -> n == 1 ? null : n - 1);
        ofOwners.computeIfPresent(owner, (_, n) -> n == 1 ? null : n - 1);
    }
}
