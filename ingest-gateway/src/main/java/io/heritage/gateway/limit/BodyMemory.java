package io.heritage.gateway.limit;

import io.heritage.gateway.error.HttpFailure;
import java.util.function.BooleanSupplier;

/** Heap that request bodies may take while they are read. Any thread. */
public final class BodyMemory {
    /** Buffers of a body that has just begun, as measured. */
    public static final int BASE = 192 << 10;

    private final long limit;
    private final OwnerShares shares;

    /**
     * @param severalOwners whether one owner must leave something to others
     */
    public BodyMemory(long limit, BooleanSupplier severalOwners) {
        this.limit = limit;
        this.shares = new OwnerShares(limit, severalOwners);
    }

    /**
     * Room for the buffers of one body.
     *
     * @throws HttpFailure 429 if the owner has its share in use, 503 if all is in use
     */
    public Lease begin(String owner) {
        var lease = new Lease(owner);
        lease.reserve(BASE);
        return lease;
    }

    /** Bytes in use. */
    public synchronized long used() {
        return shares.used();
    }

    private synchronized void take(String owner, long bytes) {
        if (!shares.fits(owner, bytes)) {
            throw HttpFailure.tooMany(
                    "request bodies of this key already take %s, its share; send fewer at a time"
                            .formatted(ByteSize.of(shares.usedBy(owner))));
        }
        if (!shares.fits(bytes)) {
            throw HttpFailure.unavailable(
                    "request bodies take all of the %s this gateway has for them; try again"
                            .formatted(ByteSize.of(limit)));
        }
        shares.take(owner, bytes);
    }

    private synchronized void giveBack(String owner, long bytes) {
        shares.giveBack(owner, bytes);
    }

    /** Memory of one body, given back when it is closed. One thread. */
    public final class Lease implements AutoCloseable {
        private final String owner;
        private long bytes;

        private Lease(String owner) {
            this.owner = owner;
        }

        public String owner() {
            return owner;
        }

        /**
         * @throws HttpFailure 429 or 503 if there is no more
         */
        public void reserve(long more) {
            take(owner, more);
            bytes += more;
        }

        @Override
        public void close() {
            giveBack(owner, bytes);
            bytes = 0;
        }
    }
}
