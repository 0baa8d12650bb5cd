package io.heritage.sink.frame;

/** A frame cannot be decoded; the message is for the client. */
public final class FrameRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why, for the status of the answer. */
    public enum Reason {
        /** The media have no such frame. */
        NO_SUCH_FRAME,
        /** They are no picture and no video, or damaged, or too large. */
        NO_PICTURE,
        /** It may be there later. */
        BUSY
    }

    FrameRefused(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
