package io.heritage.sink.http;

/** The text cannot be the id of a job. */
final class NoSuchJob extends Exception {
    private static final long serialVersionUID = 1L;
}
