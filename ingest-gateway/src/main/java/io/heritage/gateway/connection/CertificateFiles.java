package io.heritage.gateway.connection;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificate and key of a server. A handshake reads the files again if they have changed, at most
 * once a second; unreadable files change nothing. Any thread.
 */
public final class CertificateFiles extends X509ExtendedKeyManager {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateFiles.class);
    private static final Duration LOOKS = Duration.ofSeconds(1);
    private static final Pattern KEY =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----(.+?)-----END PRIVATE KEY-----", Pattern.DOTALL);

    private final Path certificate;
    private final Path key;
    private volatile Loaded current;

    /** Kept because a handshake may have begun with it. */
    private volatile Loaded before;

    private volatile long lookedAt = System.nanoTime();

    @SuppressWarnings("ArrayRecordComponent") // made here, not given out
    private record Loaded(
            String alias, X509ExtendedKeyManager keys, byte[] certificate, byte[] key) {}

    /**
     * @throws IllegalArgumentException if the files are not what they have to be
     */
    public CertificateFiles(GatewayTls config) {
        this.certificate = Path.of(config.certificate());
        this.key = Path.of(config.key());
        try {
            this.current = load(1, Files.readAllBytes(certificate), Files.readAllBytes(key));
            this.before = current;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "gateway.tls: the certificate cannot be used: " + e.getMessage(), e);
        }
    }

    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {this}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private static Loaded load(int version, byte[] certificates, byte[] privateKey)
            throws GeneralSecurityException, IOException {
        Certificate[] chain =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(certificates))
                        .toArray(Certificate[]::new);
        if (chain.length == 0) {
            throw new GeneralSecurityException("no certificate in the file");
        }
        PrivateKey pair = privateKey(chain[0].getPublicKey().getAlgorithm(), privateKey);
        requirePair(chain[0].getPublicKey(), pair);
        String alias = "version-" + version;
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(alias, pair, new char[0], chain);
        var factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, new char[0]);
        return new Loaded(
                alias,
                (X509ExtendedKeyManager) factory.getKeyManagers()[0],
                certificates,
                privateKey);
    }

    /** While the two files are being renewed, they may be of different pairs. */
    private static void requirePair(PublicKey shown, PrivateKey kept)
            throws GeneralSecurityException {
        String scheme =
                switch (shown.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> shown.getAlgorithm();
                };
        byte[] text = "heritage".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(scheme);
        signature.initSign(kept);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(shown);
        signature.update(text);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key does not belong to the first certificate");
        }
    }

    private static PrivateKey privateKey(String algorithm, byte[] pem)
            throws GeneralSecurityException {
        Matcher found = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!found.find()) {
            throw new GeneralSecurityException(
                    "no 'BEGIN PRIVATE KEY' in the key's file; 'openssl pkcs8 -topk8 -nocrypt'"
                            + " converts it");
        }
        byte[] bytes = Base64.getMimeDecoder().decode(found.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
    }

    private void look() {
        long now = System.nanoTime();
        if (now - lookedAt < LOOKS.toNanos()) {
            return;
        }
        lookedAt = now;
        try {
            replace(Files.readAllBytes(certificate), Files.readAllBytes(key));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("error", e.getMessage())
                    .log("changed certificate cannot be used; the previous one stays in use");
        }
    }

    private synchronized void replace(byte[] certificates, byte[] privateKey)
            throws GeneralSecurityException, IOException {
        Loaded old = current;
        if (Arrays.equals(certificates, old.certificate())
                && Arrays.equals(privateKey, old.key())) {
            return;
        }
        int version = Integer.parseInt(old.alias().substring("version-".length())) + 1;
        Loaded loaded = load(version, certificates, privateKey);
        before = old;
        current = loaded;
        LOG.atInfo().log("certificate replaced");
    }

    private X509ExtendedKeyManager keysOf(String alias) {
        Loaded now = current;
        return alias.equals(now.alias()) ? now.keys() : before.keys();
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        look();
        return current.keys().chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        look();
        return current.keys().chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keysOf(alias).getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keysOf(alias).getPrivateKey(alias);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return current.keys().getServerAliases(keyType, issuers);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
