package io.heritage.processor.output;

import io.heritage.processor.job.JobFailed;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Refuses a result that is larger than this processor may make. */
public final class LimitedOutput extends FilterOutputStream {
    private final long limit;
    private long bytes;

    public LimitedOutput(OutputStream out, long limit) {
        super(out);
        this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
        count(1);
        out.write(b);
    }

    @Override
    public void write(byte[] block, int offset, int length) throws IOException {
        count(length);
        out.write(block, offset, length);
    }

    private void count(int more) {
        bytes += more;
        if (bytes > limit) {
            throw new JobFailed(
                    "the result exceeds %d bytes; try a smaller resolution or fewer frames"
                            .formatted(limit));
        }
    }
}
