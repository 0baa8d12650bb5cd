package io.heritage.schemas;

/** A request is wrong in a way its sender can fix; the message goes to the client unchanged. */
public final class InvalidInput extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
        super(message);
    }

    public InvalidInput(String message, Throwable cause) {
        super(message, cause);
    }
}
