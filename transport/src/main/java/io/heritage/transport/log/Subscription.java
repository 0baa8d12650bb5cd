package io.heritage.transport.log;

/** A listener in place until closed. */
public interface Subscription extends AutoCloseable {
    @Override
    void close();
}
