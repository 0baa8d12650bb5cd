package io.heritage.media;

/**
 * FFmpeg refused a call because of an error in our code, not in the input; a retry does not help.
 */
public final class NativeError extends RuntimeException {

    NativeError(String message) {
        super(message);
    }

    /** Returns values that are no errors. */
    static int check(int code, String what) {
        if (Ffmpeg.failed(code)) {
            throw new NativeError("FFmpeg could not " + what + ": " + Ffmpeg.errorText(code));
        }
        return code;
    }
}
