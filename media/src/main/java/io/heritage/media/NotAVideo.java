package io.heritage.media;

/** A file that is not a video, judging by its first bytes. */
public final class NotAVideo extends MediaRejected {
    private static final long serialVersionUID = 1L;
    private static final String VIDEOS = "MP4, MOV, MKV, WebM, AVI or MPEG";

    private final String found;

    NotAVideo(String found) {
        super("not a video but %s; expected %s".formatted(found, VIDEOS));
        this.found = found;
    }

    /** For callers that accept pictures too: the file is neither. */
    public MediaRejected norAnImage() {
        return new MediaRejected(
                "neither an image nor a video but %s; expected %s, or %s"
                        .formatted(found, ImageProbe.IMAGES, VIDEOS),
                this);
    }
}
