package io.heritage.sink.http;

/** What is asked for cannot be the id of a job. */
final class NoSuchJob extends Exception {
    private static final long serialVersionUID = 1L;
}
