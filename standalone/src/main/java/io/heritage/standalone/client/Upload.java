package io.heritage.standalone.client;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A body that is being sent; knows when the server last read from it. The client's threads send,
 * another one asks.
 */
final class Upload implements BodyPublisher {
    private final BodyPublisher body;
    private final AtomicLong asked = new AtomicLong();
    private volatile boolean sent;
    private volatile long moved = System.nanoTime();
    private volatile @Nullable Throwable failure;

    Upload(BodyPublisher body) {
        this.body = body;
        this.sent = body.contentLength() == 0;
    }

    /** Whether the server has taken all of it. */
    boolean isSent() {
        return sent;
    }

    /**
     * Time since the server last read from it; none while the body waits for its source, such as a
     * pipe.
     */
    Duration silence() {
        return !sent && asked.get() > 0
                ? Duration.ZERO
                : Duration.ofNanos(System.nanoTime() - moved);
    }

    /** The failure of the body's source. */
    Optional<IOException> unreadable() {
        return Optional.ofNullable(failure)
                .map(cause -> new IOException("cannot read the upload: " + cause, cause));
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> server) {
        sent = false;
        asked.set(0);
        body.subscribe(
                new Subscriber<ByteBuffer>() {
                    @Override
                    public void onSubscribe(Subscription subscription) {
                        server.onSubscribe(counted(subscription));
                    }

                    @Override
                    public void onNext(ByteBuffer piece) {
                        moved = System.nanoTime();
                        asked.decrementAndGet();
                        server.onNext(piece);
                    }

                    @Override
                    public void onError(Throwable cause) {
                        failure = cause;
                        server.onError(cause);
                    }

                    @Override
                    public void onComplete() {
                        moved = System.nanoTime();
                        sent = true;
                        server.onComplete();
                    }
                });
    }

    private Subscription counted(Subscription subscription) {
        return new Subscription() {
            @Override
            public void request(long pieces) {
                asked.addAndGet(pieces);
                subscription.request(pieces);
            }

            @Override
            public void cancel() {
                subscription.cancel();
            }
        };
    }
}
