package io.heritage.media;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Puts the packets of a file on one timeline that begins at 0 and never jumps. Containers whose
 * clock may jump (MPEG-TS, MPEG-PS, Ogg) may hold several recordings in sequence. A new one begins
 * where a track's clock steps back, or where the clock of all tracks jumps forward by more than a
 * second. All tracks of a recording are shifted by the same amount, to the end of the previous one.
 * A gap in one track alone is kept.
 *
 * <p>A packet is known by its number in its track, which is the same for every reader of the file.
 * Times are microseconds. One thread.
 */
final class Timeline {

    private static final int SECOND = avutil.AV_TIME_BASE;

    /** Smaller steps back are inaccuracies of the program that wrote the file. */
    private static final long STEP_BACK = SECOND / 10;

    /** Largest time difference between tracks of one recording at one place of the file. */
    private static final long INTERLEAVING = 10L * SECOND;

    /** The last packets of a recording may be unfinished. */
    private static final long UNFINISHED = SECOND;

    private static final int MOST_RECORDINGS = 100_000;

    /** Time range of a track, by the file's clock. */
    private static final class TrackExtent {
        private long first = Long.MAX_VALUE;
        private long end = Long.MIN_VALUE;
    }

    /** A part of the file in which the clock does not jump. */
    private static final class Recording {
        private final boolean forward;
        private final Map<Integer, TrackExtent> extents = new HashMap<>();
        private long clock = Long.MIN_VALUE;
        private long shift;

        /**
         * @param forward whether its clock begins after the end of the previous one
         */
        Recording(boolean forward) {
            this.forward = forward;
        }

        boolean isEmpty() {
            return extents.isEmpty();
        }

        boolean isNear(long time) {
            return isEmpty() || Math.abs(time - clock) < INTERLEAVING;
        }

        void add(int track, long decoded, long shown, long duration) {
            clock = Math.max(clock, decoded + duration);
            TrackExtent extent = extents.computeIfAbsent(track, _ -> new TrackExtent());
            extent.first = Math.min(extent.first, shown);
            extent.end = Math.max(extent.end, shown + duration);
        }

        long first() {
            return extents.values().stream().mapToLong(extent -> extent.first).min().orElse(0);
        }

        long end() {
            return extents.values().stream().mapToLong(extent -> extent.end).max().orElse(0);
        }
    }

    /** The recording to which a track's packets from this one on belong. */
    private record RecordingStart(long packet, int recording) {}

    /** Parts of one track, in the order of its packets, and how far it was read. */
    private static final class TrackRecordings {
        private final List<RecordingStart> parts = new ArrayList<>();
        private final Set<Long> unfinished = new HashSet<>();
        private long packets;
        private int part;
        private long last;
        private long end;
        private long damaged = -1;
        private long damagedTime;

        int recording() {
            return parts.getLast().recording();
        }

        /** The recording of the next packet that is read. */
        int recordingOfNext() {
            long packet = packets++;
            while (part + 1 < parts.size() && parts.get(part + 1).packet() <= packet) {
                part++;
            }
            return parts.get(part).recording();
        }
    }

    private final Map<Integer, TrackRecordings> tracks = new HashMap<>();
    private final List<Recording> recordings = new ArrayList<>();
    private boolean repaired;

    private Timeline() {
        recordings.add(new Recording(false));
    }

    /**
     * Scans the file with a separate reader if its clock may jump.
     *
     * @param file of which no packet was read yet
     * @throws MediaRejected if its clock jumps all the time
     */
    static Timeline of(MediaFile file) {
        Timeline timeline = new Timeline();
        if ((file.context().iformat().flags() & avformat.AVFMT_TS_DISCONT) != 0) {
            timeline.readThrough(file);
            timeline.closeUp();
        } else {
            timeline.recordings.getFirst().shift = -startOf(file.context());
        }
        return timeline;
    }

    /** The start of the track that begins first; 0 if none says when. */
    private static long startOf(AVFormatContext context) {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            if (isHeardOrSeen(stream) && stream.start_time() != avutil.AV_NOPTS_VALUE) {
                first = Math.min(first, startOf(stream));
            }
        }
        return first == Long.MAX_VALUE ? 0 : first;
    }

    /**
     * In some containers samples that a decoder discards come before the start, with rounded times.
     */
    private static long startOf(AVStream stream) {
        long start = microseconds(stream.start_time(), stream);
        int rate = stream.codecpar().sample_rate();
        if (rate < 1 || start >= 0) {
            return start;
        }
        long padding = (long) stream.codecpar().initial_padding() * SECOND / rate;
        return padding > 0 && start + padding >= -microseconds(1, stream) ? 0 : start;
    }

    private void readThrough(MediaFile file) {
        AVPacket packet = avcodec.av_packet_alloc();
        try (MediaFile again = file.reopened()) {
            while (!Ffmpeg.failed(avformat.av_read_frame(again.context(), packet))) {
                AVStream stream = again.context().streams(packet.stream_index());
                if (isHeardOrSeen(stream)) {
                    survey(stream, packet);
                }
                avcodec.av_packet_unref(packet);
            }
        } finally {
            avcodec.av_packet_free(packet);
        }
        tracks.values().forEach(track -> track.packets = 0);
    }

    private static boolean isHeardOrSeen(AVStream stream) {
        int type = stream.codecpar().codec_type();
        boolean cover = (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0;
        return !cover && (type == avutil.AVMEDIA_TYPE_AUDIO || type == avutil.AVMEDIA_TYPE_VIDEO);
    }

    private void survey(AVStream stream, AVPacket packet) {
        TrackRecordings track = tracks.computeIfAbsent(stream.index(), _ -> new TrackRecordings());
        long number = track.packets++;
        boolean ordered = packet.dts() != avutil.AV_NOPTS_VALUE;
        long stamp = ordered ? packet.dts() : packet.pts();
        if (stamp == avutil.AV_NOPTS_VALUE) {
            return;
        }
        long time = microseconds(stamp, stream);
        long shown =
                packet.pts() == avutil.AV_NOPTS_VALUE ? time : microseconds(packet.pts(), stream);
        long duration = microseconds(durationOf(packet, stream), stream);
        if (track.parts.isEmpty()) {
            track.parts.add(new RecordingStart(0, recordingNear(time)));
        } else {
            int recording = recordingAt(track, time);
            if (recording != track.recording()) {
                if (track.damaged >= 0 && track.last - track.damagedTime <= UNFINISHED) {
                    track.unfinished.add(track.damaged);
                }
                track.parts.add(new RecordingStart(number, recording));
            }
        }
        recordings.get(track.recording()).add(stream.index(), time, shown, duration);
        track.last = time;
        track.end = time + duration;
        if ((packet.flags() & avcodec.AV_PKT_FLAG_CORRUPT) != 0) {
            track.damaged = number;
            track.damagedTime = time;
        }
    }

    private static long durationOf(AVPacket packet, AVStream stream) {
        AVRational rate = stream.avg_frame_rate();
        boolean unknown = packet.duration() <= 0 && rate.num() > 0 && rate.den() > 0;
        return unknown
                ? avutil.av_rescale_q(1, avutil.av_inv_q(rate), stream.time_base())
                : Math.max(0, packet.duration());
    }

    private static long microseconds(long stamp, AVStream stream) {
        return avutil.av_rescale_q(stamp, stream.time_base(), avutil.av_make_q(1, SECOND));
    }

    /** The recording of a track's first packet. */
    private int recordingNear(long time) {
        for (int i = recordings.size() - 1; i >= 0; i--) {
            if (recordings.get(i).isNear(time)) {
                return i;
            }
        }
        return begin(true);
    }

    private int recordingAt(TrackRecordings track, long time) {
        int current = track.recording();
        boolean back = time < track.last - STEP_BACK;
        if (!back && time <= track.end + SECOND) {
            return current;
        }
        for (int i = current + 1; i < recordings.size(); i++) {
            if (recordings.get(i).isNear(time)) {
                return i;
            }
        }
        boolean forward = time > recordings.get(current).clock + SECOND;
        return back || forward ? begin(!back) : current;
    }

    private int begin(boolean forward) {
        if (recordings.size() == MOST_RECORDINGS) {
            throw new MediaRejected(
                    "the clock of the file jumps more than %d times".formatted(MOST_RECORDINGS));
        }
        recordings.add(new Recording(forward));
        return recordings.size() - 1;
    }

    /** Each recording begins where the one before ends, no track before its own end. */
    private void closeUp() {
        Map<Integer, Long> ends = new HashMap<>();
        long shift = -recordings.getFirst().first();
        long clockEnd = Long.MIN_VALUE;
        for (Recording recording : recordings) {
            boolean joined =
                    !ends.isEmpty() && (!recording.forward || recording.first() >= clockEnd);
            if (joined) {
                shift = shiftBehind(ends, recording);
                clockEnd = Long.MIN_VALUE;
                repaired = true;
            }
            recording.shift = shift;
            clockEnd = Math.max(clockEnd, recording.end());
            for (Map.Entry<Integer, TrackExtent> extent : recording.extents.entrySet()) {
                ends.merge(extent.getKey(), extent.getValue().end + shift, Math::max);
            }
        }
    }

    private static long shiftBehind(Map<Integer, Long> ends, Recording recording) {
        long shift = Long.MIN_VALUE;
        for (Map.Entry<Integer, TrackExtent> extent : recording.extents.entrySet()) {
            Long end = ends.get(extent.getKey());
            if (end != null) {
                shift = Math.max(shift, end - extent.getValue().first);
            }
        }
        long endOfAll = ends.values().stream().mapToLong(end -> end).max().orElse(0);
        return shift == Long.MIN_VALUE ? endOfAll - recording.first() : shift;
    }

    /** Maps a packet, read in the file's order, to its time on the timeline. */
    void place(AVPacket packet, AVStream stream) {
        long shift = stampShift(packet, stream);
        if (packet.pts() != avutil.AV_NOPTS_VALUE) {
            packet.pts(packet.pts() + shift);
        }
        if (packet.dts() != avutil.AV_NOPTS_VALUE) {
            packet.dts(packet.dts() + shift);
        }
    }

    private long stampShift(AVPacket packet, AVStream stream) {
        TrackRecordings track = tracks.get(stream.index());
        int recording = 0;
        if (track != null && !track.parts.isEmpty()) {
            if (track.unfinished.contains(track.packets)) {
                packet.flags(packet.flags() & ~avcodec.AV_PKT_FLAG_CORRUPT);
            }
            recording = track.recordingOfNext();
        }
        return avutil.av_rescale_q(
                recordings.get(recording).shift, avutil.av_make_q(1, SECOND), stream.time_base());
    }

    /** Start of the file's own clock, in a time base. */
    long start(AVRational timeBase) {
        return -avutil.av_rescale_q(
                recordings.getFirst().shift, avutil.av_make_q(1, SECOND), timeBase);
    }

    /** Whether jumps of the clock were removed. */
    boolean isRepaired() {
        return repaired;
    }

    /** Whether the file's own clock begins at another time than 0. */
    boolean isMoved() {
        return recordings.getFirst().shift != 0;
    }
}
