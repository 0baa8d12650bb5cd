package io.heritage.media;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avutil.LogCallback;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads FFmpeg's libraries: every class that uses them calls {@link #load()} first, so a process
 * that handles no media loads nothing. Its log stays silent; the last error line of the calling
 * thread is kept for the exception that follows. The log hook is FFmpeg's only global, hence the
 * static here.
 */
final class Ffmpeg {

    private static final Logger LOG = LoggerFactory.getLogger(Ffmpeg.class);
    private static final ThreadLocal<String> LAST_ERROR = new ThreadLocal<>();
    private static final Pattern CONTEXT = Pattern.compile("\\[(\\S+) @ 0x[0-9a-f]+] ");
    private static final LogCallback ERRORS;

    static {
        // By default bytedeco refuses native memory once the process, libtorch included, is larger
        // than twice the heap.
        if (System.getProperty("org.bytedeco.javacpp.maxPhysicalBytes") == null) {
            System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        }
        ERRORS = new ErrorLines();
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        avutil.setLogCallback(ERRORS);
    }

    private static final class ErrorLines extends LogCallback {
        @Override
        public void call(int level, BytePointer message) {
            if (level <= avutil.AV_LOG_ERROR) {
                String text = message.getString(StandardCharsets.UTF_8);
                boolean goesOn = !text.startsWith("[");
                String line = (goesOn ? lastError() : "") + withoutAddress(text);
                LAST_ERROR.set(line);
                LOG.atDebug().addKeyValue("error", line).log("ffmpeg reports an error");
            }
        }
    }

    /** {@code [png @ 0x7f...] chunk too big} becomes {@code png: chunk too big}. */
    private static String withoutAddress(String line) {
        return CONTEXT.matcher(line).replaceAll("$1: ").stripTrailing();
    }

    private Ffmpeg() {}

    /** Loads the libraries once and clears the calling thread's last error. */
    static void load() {
        LAST_ERROR.remove();
    }

    /** True for the return values of FFmpeg that are errors. */
    static boolean failed(int code) {
        return code < 0;
    }

    /** The meaning of an error code, with this thread's last error line of FFmpeg, if any. */
    static String errorText(int code) {
        byte[] text = new byte[256];
        avutil.av_strerror(code, text, text.length);
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        String meaning = new String(text, 0, end, StandardCharsets.UTF_8);
        String line = lastError();
        return line.isEmpty() ? meaning : meaning + " (" + line + ")";
    }

    /** The last error line of this thread since {@link #load()}, or the empty string. */
    static String lastError() {
        String line = LAST_ERROR.get();
        return line == null ? "" : line;
    }
}
