package io.heritage.media;

/**
 * FFmpeg refused a call of our own code: the input is not at fault, and trying again unchanged is
 * useless.
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
