package io.heritage.transport;

/** A listener in place until closed. */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
