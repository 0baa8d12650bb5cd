package io.heritage.gateway.connection;

/**
 * Files of the gateway's certificate and key; they are read again when they change.
 *
 * @param certificate PEM: the gateway's own, then those that vouch for it. Empty: plain HTTP
 * @param key PEM: its private key, unencrypted, PKCS #8
 */
public record GatewayTls(String certificate, String key) {
    public GatewayTls {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificate and key: expected both files or neither");
        }
    }

    public static GatewayTls defaults() {
        return new GatewayTls("", "");
    }

    public boolean enabled() {
        return !certificate.isEmpty();
    }
}
