package io.heritage.media;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Times of a video's frames, and places where decoding can begin, found without decoding. Only for
 * files in which every packet is one frame with its own time, and which have an index of their key
 * frames; empty for others. Times are those of {@link MediaFile#read}.
 *
 * @param shown when each frame is shown, in that order
 * @param keys when each key frame is shown, in that order
 * @param keyPlaces the time by which the file finds each of those
 */
@SuppressWarnings("ArrayRecordComponent") // made here, not given out
record FrameIndex(long[] shown, long[] keys, long[] keyPlaces) {
    /** Two hours of 60 a second; making the index of so many takes up to 50 MB of heap. */
    private static final int MOST_FRAMES = 500_000;

    /** FFmpeg's names of containers with an index. */
    private static final String MATROSKA = "matroska";

    private static final Set<String> CONTAINERS = Set.of("mov", MATROSKA);

    private static final Set<Integer> CODECS =
            Set.of(
                    avcodec.AV_CODEC_ID_H264,
                    avcodec.AV_CODEC_ID_HEVC,
                    avcodec.AV_CODEC_ID_VP9,
                    avcodec.AV_CODEC_ID_AV1,
                    avcodec.AV_CODEC_ID_PRORES,
                    avcodec.AV_CODEC_ID_MJPEG);

    /**
     * Reads through the file.
     *
     * @param file of which no packet was read yet
     */
    static Optional<FrameIndex> of(MediaFile file) {
        AVStream stream = file.videoStream();
        int order = stream.codecpar().field_order();
        boolean progressive =
                order == avcodec.AV_FIELD_UNKNOWN || order == avcodec.AV_FIELD_PROGRESSIVE;
        String container = file.context().iformat().name().getString().split(",")[0];
        if (!CONTAINERS.contains(container)
                || !CODECS.contains(stream.codecpar().codec_id())
                || !progressive) {
            return Optional.empty();
        }
        for (int i = 0; i < file.context().nb_streams(); i++) {
            if (i != stream.index()) {
                file.context().streams(i).discard(avcodec.AVDISCARD_ALL);
            }
        }
        return new Reading(file, stream.index(), container.equals(MATROSKA)).toEnd();
    }

    /** The number of frames, without those that the file says not to show. */
    int frames() {
        return shown.length;
    }

    long heapBytes() {
        return (long) Long.BYTES * (shown.length + keys.length + keyPlaces.length);
    }

    /** Seek time of the key frame from which a frame can be decoded. */
    long keyBefore(int frame) {
        int found = Arrays.binarySearch(keys, shown[frame]);
        return keyPlaces[found >= 0 ? found : -found - 2];
    }

    /** State of the scan. */
    private static final class Reading {
        private final MediaFile file;
        private final int track;
        private final boolean byShown;
        private long[] shown = new long[1 << 10];
        private long[][] keys = new long[1 << 6][];
        private int frames;
        private int keyFrames;

        Reading(MediaFile file, int track, boolean byShown) {
            this.file = file;
            this.track = track;
            this.byShown = byShown;
        }

        Optional<FrameIndex> toEnd() {
            AVPacket packet = avcodec.av_packet_alloc();
            try {
                int code = file.read(packet);
                while (!Ffmpeg.failed(code)) {
                    boolean known = packet.stream_index() != track || take(packet);
                    avcodec.av_packet_unref(packet);
                    if (!known) {
                        return Optional.empty();
                    }
                    code = file.read(packet);
                }
                return code == avutil.AVERROR_EOF ? result() : Optional.empty();
            } finally {
                avcodec.av_packet_free(packet);
            }
        }

        /** False if the file cannot be indexed. */
        private boolean take(AVPacket packet) {
            boolean damaged = (packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0;
            if (damaged
                    || packet.pts() == avutil.AV_NOPTS_VALUE
                    || soughtBy(packet) == avutil.AV_NOPTS_VALUE
                    || frames == MOST_FRAMES) {
                return false;
            }
            if ((packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0) {
                if (keyFrames == keys.length) {
                    keys = Arrays.copyOf(keys, 2 * keyFrames);
                }
                keys[keyFrames++] = new long[] {packet.pts(), soughtBy(packet)};
            }
            if ((packet.flags() & avcodec.AV_PKT_FLAG_DISCARD) == 0) {
                if (frames == shown.length) {
                    shown = Arrays.copyOf(shown, 2 * frames);
                }
                shown[frames++] = packet.pts();
            }
            return true;
        }

        /** Indices of mov files have times of decoding, those of Matroska times of showing. */
        private long soughtBy(AVPacket packet) {
            return byShown ? packet.pts() : packet.dts();
        }

        /** Frames before the first key frame are decoded or not, whatever the index says. */
        private Optional<FrameIndex> result() {
            long[] times = Arrays.copyOf(shown, frames);
            Arrays.sort(times);
            long[][] starts = Arrays.copyOf(keys, keyFrames);
            Arrays.sort(starts, (a, b) -> Long.compare(a[0], b[0]));
            for (int i = 1; i < frames; i++) {
                if (times[i] == times[i - 1]) {
                    return Optional.empty();
                }
            }
            return frames == 0 || keyFrames == 0 || starts[0][0] > times[0]
                    ? Optional.empty()
                    : Optional.of(
                            new FrameIndex(
                                    times,
                                    Arrays.stream(starts).mapToLong(key -> key[0]).toArray(),
                                    Arrays.stream(starts).mapToLong(key -> key[1]).toArray()));
        }
    }

    /** Seeks to a key frame, or one before it. */
    static boolean seek(MediaFile file, int track, long place) {
        long stamp = place + file.timeline().start(file.context().streams(track).time_base());
        return !Ffmpeg.failed(
                avformat.av_seek_frame(
                        file.context(), track, stamp, avformat.AVSEEK_FLAG_BACKWARD));
    }
}
