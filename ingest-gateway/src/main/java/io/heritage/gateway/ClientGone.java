package io.heritage.gateway;

/** The client went away while it waited; nobody is left to answer. */
final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ClientGone() {
        super("the client went away while it waited");
    }
}
