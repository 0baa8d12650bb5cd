package io.heritage.media;

import io.heritage.schemas.FrameSize;

/** A rectangle of a picture, {@code x} and {@code y} from its top left corner. */
public record CropBox(int x, int y, int width, int height) {

    /**
     * The largest centred rectangle with the target's aspect. docs/spec/wan22.md, section 1.3;
     * rounds half to even.
     */
    public static CropBox centred(int width, int height, FrameSize target) {
        double found = (double) width / height;
        double wanted = (double) target.width() / target.height();
        int x = 0;
        int y = 0;
        if (found > wanted) {
            x = (int) Math.rint((width - width * (wanted / found)) / 2);
        } else if (found < wanted) {
            y = (int) Math.rint((height - height * (found / wanted)) / 2);
        }
        return new CropBox(x, y, width - 2 * x, height - 2 * y);
    }
}
