package io.heritage.sink.http;

/** The message says which parameter is wrong, and what was expected. */
final class BadRequest extends Exception {
    private static final long serialVersionUID = 1L;

    BadRequest(String message) {
        super(message);
    }
}
