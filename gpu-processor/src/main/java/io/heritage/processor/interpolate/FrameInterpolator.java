package io.heritage.processor.interpolate;

import io.heritage.media.RgbFrame;
import io.heritage.models.rife.Rife;
import io.heritage.processor.device.DeviceStatus;
import io.heritage.processor.job.WorkObserver;

/** A network that computes frames between two neighbours. Device thread only. */
public interface FrameInterpolator extends AutoCloseable {

    InstalledWeights weights();

    /** RIFE itself, for an engine that computes frames between its own; stays open. */
    Rife network();

    /** Its device, and the models on it. */
    DeviceStatus device();

    /**
     * Two neighbours of the same size and depth, which may be closed afterwards; the caller closes
     * the pair before it begins another.
     */
    FramePair pair(RgbFrame first, RgbFrame second);

    /** Frees the network's memory. */
    @Override
    void close();

    /** Two neighbours on the device. */
    interface FramePair extends AutoCloseable {

        /**
         * Advances: the second frame becomes the first, and this one, of the same size, the second.
         */
        void next(RgbFrame frame);

        /**
         * Computes the frame between the two.
         *
         * @param t 0 is the first, 1 the second; both excluded
         * @param observer checked between blocks of the network
         */
        void between(double t, RgbFrame into, WorkObserver observer);

        @Override
        void close();
    }
}
