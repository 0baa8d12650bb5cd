package io.heritage.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * Seals the credentials of an {@link UploadTarget} on their way through Kafka, where anyone with
 * read access to a topic could read them: AES-256-GCM, under a key from a secret (HKDF, RFC 5869)
 * that gateways and processors have. Credentials sealed for one job cannot be opened for another.
 * Any thread.
 */
public final class UploadSecret {
    /** Minimum length of a secret, in characters. */
    public static final int SHORTEST = 16;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;
    private static final byte[] PURPOSE = "heritage upload credentials v1".getBytes(UTF_8);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Optional<SecretKey> key;

    /**
     * @param value empty: nothing can be sealed
     */
    public UploadSecret(String value) {
        key = value.isEmpty() ? Optional.empty() : Optional.of(keyOf(value));
    }

    /** The sealed credentials cannot be opened here. */
    public static final class NotOpened extends Exception {
        private static final long serialVersionUID = 1L;

        NotOpened(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Whether a text may be a secret; empty is for none. */
    public static boolean isUsable(String value) {
        return value.isEmpty() || value.length() >= SHORTEST;
    }

    public boolean isSet() {
        return key.isPresent();
    }

    /** For {@link Job#upload}. */
    public String seal(UploadTarget target, JobId job) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, nonce, job)
                            .doFinal(Wire.json().writeValueAsBytes(target));
            byte[] all = Arrays.copyOf(nonce, nonce.length + sealed.length);
            System.arraycopy(sealed, 0, all, nonce.length, sealed.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
    }

    /**
     * @throws NotOpened if it was sealed with another secret, or for another job
     */
    public UploadTarget open(String sealed, JobId job) throws NotOpened {
        try {
            byte[] all = Base64.getUrlDecoder().decode(sealed);
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            byte[] json =
                    cipher(Cipher.DECRYPT_MODE, nonce, job)
                            .doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return Wire.json().readValue(json, UploadTarget.class);
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new NotOpened("sealed with another secret than this one", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, JobId job) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.orElseThrow(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(job.value().getBytes(UTF_8));
        return cipher;
    }

    private static SecretKey keyOf(String secret) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveKey(
                            "AES",
                            HKDFParameterSpec.ofExtract()
                                    .addIKM(secret.getBytes(UTF_8))
                                    .thenExpand(PURPOSE, KEY_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HKDF", e);
        }
    }

    @Override
    public String toString() {
        return "UploadSecret[a value that is not shown]";
    }
}
