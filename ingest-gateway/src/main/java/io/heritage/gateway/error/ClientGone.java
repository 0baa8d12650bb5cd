package io.heritage.gateway.error;

/** The client disconnected while it waited, so there is no one to answer. */
public final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ClientGone() {
        super("the client disconnected while it waited");
    }
}
