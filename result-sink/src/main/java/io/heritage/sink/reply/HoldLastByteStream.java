package io.heritage.sink.reply;

import java.io.IOException;
import java.io.OutputStream;

/** Passes on all written bytes but the last, which waits for {@link #release()}. */
final class HoldLastByteStream extends OutputStream {
    private final OutputStream out;
    private int last = -1;

    HoldLastByteStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        release();
        last = b & 0xff;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (length > 0) {
            release();
            out.write(bytes, offset, length - 1);
            last = bytes[offset + length - 1] & 0xff;
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    void release() throws IOException {
        if (last >= 0) {
            out.write(last);
            last = -1;
        }
    }
}
