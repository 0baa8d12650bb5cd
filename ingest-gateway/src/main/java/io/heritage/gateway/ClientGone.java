package io.heritage.gateway;

/** The client disconnected while it waited, so there is no one to answer. */
final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGone() {
        super("the client disconnected while it waited");
    }
}
