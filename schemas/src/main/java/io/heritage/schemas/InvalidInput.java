package io.heritage.schemas;

/** A request is wrong in a way its sender can mend; the message goes to the client as it is. */
public final class InvalidInput extends Exception {
    private static final long serialVersionUID = 1L;

    public InvalidInput(String message) {
        super(message);
    }

    public InvalidInput(String message, Throwable cause) {
        super(message, cause);
    }
}
