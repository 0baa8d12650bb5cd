package io.heritage.gateway.submit;

/** A media string is not base64. */
final class BadBase64 extends Exception {
    private static final long serialVersionUID = 1L;

    private final String problem;

    BadBase64(String problem) {
        super(problem);
        this.problem = problem;
    }

    /** Names the key and the character. */
    String problem() {
        return problem;
    }
}
