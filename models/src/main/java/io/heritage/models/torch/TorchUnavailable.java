package io.heritage.models.torch;

/**
 * libtorch cannot be used on this machine as it is set up; no model can run until that is mended.
 */
public final class TorchUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    TorchUnavailable(String message) {
        super(message);
    }

    TorchUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
