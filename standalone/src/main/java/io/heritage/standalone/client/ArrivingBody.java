package io.heritage.standalone.client;

import io.heritage.standalone.download.StallGuard;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A reply as it arrives; throws {@link ServerUnreachable} if it stalls or is incomplete. */
final class ArrivingBody extends InputStream {
    private final InputStream body;
    private final String where;
    private final Duration patience;
    private final StallGuard guard;
    private long bytes;

    /**
     * @param where for messages
     * @param patience longest time without data
     */
    ArrivingBody(InputStream body, String where, Duration patience) {
        this.body = body;
        this.where = where;
        this.patience = patience;
        this.guard = new StallGuard(body, patience);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read;
        try {
            read = body.read(into, offset, length);
        } catch (IOException broken) {
            throw broken(guard.stalled() ? silent() : String.valueOf(broken.getMessage()), broken);
        }
        if (read < 0 && guard.stalled()) {
            throw broken(silent(), new IOException(silent()));
        }
        bytes += Math.max(0, read);
        guard.moved(bytes);
        return read;
    }

    private String silent() {
        return "no data for " + patience.toSeconds() + " s";
    }

    private ServerUnreachable broken(String how, IOException cause) {
        return new ServerUnreachable(
                "%s: the reply is incomplete: %s".formatted(where, how), cause);
    }

    @Override
    public void close() throws IOException {
        guard.close();
        body.close();
    }
}
