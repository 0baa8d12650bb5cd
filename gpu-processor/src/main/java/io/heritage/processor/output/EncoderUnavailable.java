package io.heritage.processor.output;

/** The encoder that a configuration demands does not work on this machine; says what to do. */
public final class EncoderUnavailable extends RuntimeException {

    EncoderUnavailable(String message) {
        super(message);
    }
}
