package io.heritage.models.torch;

/** libtorch cannot be used with the current setup of this machine; no model can run. */
public final class TorchUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    TorchUnavailable(String message) {
        super(message);
    }

    TorchUnavailable(String message, Throwable cause) {
        super(message, cause);
    }
}
