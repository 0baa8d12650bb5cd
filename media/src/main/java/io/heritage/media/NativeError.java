package io.heritage.media;

/**
 * FFmpeg refused what our own code asked for: not the input's fault, and not to be tried again
 * unchanged.
 */
public final class NativeError extends RuntimeException {

    NativeError(String message) {
        super(message);
    }

    /** Passes good return values on. */
    static int check(int code, String what) {
        if (Ffmpeg.failed(code)) {
            throw new NativeError("FFmpeg could not " + what + ": " + Ffmpeg.errorText(code));
        }
        return code;
    }
}
