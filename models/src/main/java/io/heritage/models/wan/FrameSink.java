package io.heritage.models.wan;

import java.nio.ByteBuffer;

/** Takes the frames of an interpolation as they are done. */
@FunctionalInterface
public interface FrameSink {
    /**
     * @param index from 0, in order
     * @param rgb 8 bits, row by row, {@code 3 * width * height} bytes; overwritten once this
     *     returns
     */
    void frame(int index, ByteBuffer rgb);
}
