package io.heritage.transport.media;

import io.heritage.schemas.MediaRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Concatenates pieces; each is opened when the previous one has ended. */
public final class JoinedInputStream extends InputStream {
    private final Iterator<MediaRef.Piece> left;
    private final Opener opener;
    private @Nullable InputStream current;

    /** Opens one piece. */
    @FunctionalInterface
    public interface Opener {
        InputStream open(MediaRef piece) throws IOException;
    }

    public JoinedInputStream(MediaRef.Joined media, Opener opener) {
        this.left = media.pieces().iterator();
        this.opener = opener;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (current != null || left.hasNext()) {
            if (current == null) {
                current = opener.open(left.next());
            }
            int read = current.read(into, offset, length);
            if (read >= 0) {
                return read;
            }
            end();
        }
        return -1;
    }

    private void end() throws IOException {
        InputStream piece = current;
        current = null;
        if (piece != null) {
            piece.close();
        }
    }

    @Override
    public void close() throws IOException {
        while (left.hasNext()) {
            left.next();
        }
        end();
    }
}
