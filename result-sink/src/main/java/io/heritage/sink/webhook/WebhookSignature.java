package io.heritage.sink.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs webhooks as the Standard Webhooks specification requires: {@code webhook-signature:
 * v1,BASE64} is the HMAC-SHA256 of {@code ID.TIMESTAMP.BODY}.
 */
final class WebhookSignature {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String PREFIX = "whsec_";
    private static final int BLOCK = 64 << 10;

    private WebhookSignature() {}

    /**
     * @param id the same for every attempt at one end of a job
     * @param body is read to its end
     * @return headers by name
     */
    static Map<String, String> headers(String secret, String id, Instant now, InputStream body)
            throws IOException {
        long seconds = now.getEpochSecond();
        Mac mac = mac(secret);
        mac.update("%s.%d.".formatted(id, seconds).getBytes(StandardCharsets.US_ASCII));
        byte[] block = new byte[BLOCK];
        for (int n = body.read(block); n >= 0; n = body.read(block)) {
            mac.update(block, 0, n);
        }
        return Map.of(
                "webhook-id",
                id,
                "webhook-timestamp",
                Long.toString(seconds),
                "webhook-signature",
                "v1," + Base64.getEncoder().encodeToString(mac.doFinal()));
    }

    private static Mac mac(String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key(secret), ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    private static byte[] key(String secret) {
        if (secret.startsWith(PREFIX)) {
            try {
                return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            } catch (IllegalArgumentException notBase64) {
                return secret.getBytes(StandardCharsets.UTF_8);
            }
        }
        return secret.getBytes(StandardCharsets.UTF_8);
    }
}
