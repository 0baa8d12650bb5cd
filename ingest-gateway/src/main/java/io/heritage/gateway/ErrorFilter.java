package io.heritage.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request comes in and every error goes out here. */
final class ErrorFilter implements Handler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorFilter.class);

    /** How much of a refused body is read, so that its sender gets to see the answer. */
    private static final long MAX_DRAINED = 64L << 20;

    private static final Duration MAX_DRAINING = Duration.ofSeconds(10);

    private final RunPodHandler handler;
    private final CorsFilter crossOrigin;

    ErrorFilter(RunPodHandler handler, CorsFilter crossOrigin) {
        this.handler = handler;
        this.crossOrigin = crossOrigin;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        var exchange = new Exchange(request);
        String outcome = "cut";
        try {
            if (!crossOrigin.answer(request, response)) {
                handler.handle(request, response, exchange);
            }
            outcome = response.status().codeText();
        } catch (CloseConnectionException cut) {
            throw cut;
        } catch (SinkClient.ClientGone gone) {
            outcome = "client gone";
            throw new CloseConnectionException("the client went away", gone);
        } catch (Exception e) {
            var reply = FailureReply.of(e);
            outcome = Integer.toString(reply.status());
            if (reply.status() >= 500 && !(e instanceof HttpFailure)) {
                LOG.atError().setCause(e).log("request failed");
            }
            refuse(exchange, response, reply, e instanceof BodyBroken);
        } finally {
            exchange.log(outcome);
        }
    }

    /**
     * Answers and then takes what the client is still sending: a connection closed over unread
     * bytes is reset, and the answer lost. A body that is too long for that costs the connection.
     */
    private static void refuse(
            Exchange exchange, ServerResponse response, FailureReply reply, boolean broken) {
        ServerRequest request = exchange.request();
        if (response.isSent()) {
            throw new CloseConnectionException("failed while answering: " + reply.message());
        }
        boolean unread = !request.content().consumed();
        boolean awaitsContinue =
                unread
                        && request.headers().containsToken(HeaderValues.EXPECT_100)
                        && !request.continueSent();
        response.status(Status.create(reply.status()));
        response.header(HeaderNames.CONTENT_TYPE, Gateway.JSON);
        reply.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        if (broken || awaitsContinue) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        response.send(reply.body());
        if (broken || awaitsContinue || (unread && !drained(exchange.body()))) {
            throw new CloseConnectionException("the rest of a refused body is not read");
        }
    }

    private static boolean drained(InputStream rest) {
        long deadline = System.nanoTime() + MAX_DRAINING.toNanos();
        byte[] scratch = new byte[16 << 10];
        long left = MAX_DRAINED;
        try {
            while (left > 0 && System.nanoTime() < deadline) {
                int read = rest.read(scratch);
                if (read < 0) {
                    return true;
                }
                left -= read;
            }
        } catch (IOException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("a refused body broke off");
        }
        return false;
    }
}
