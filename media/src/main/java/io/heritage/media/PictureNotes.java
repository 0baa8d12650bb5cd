package io.heritage.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Pointer;

/**
 * Side data of a video track in its container. HDR10's mastering metadata are kept, because values
 * are written unchanged. Other display metadata are dropped and reported.
 */
final class PictureNotes {
    private static final Set<Integer> KEPT =
            Set.of(
                    avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
                    avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL);

    private static final Set<Integer> DROPPED =
            Set.of(
                    avcodec.AV_PKT_DATA_STEREO3D,
                    avcodec.AV_PKT_DATA_SPHERICAL,
                    avcodec.AV_PKT_DATA_ICC_PROFILE,
                    avcodec.AV_PKT_DATA_DOVI_CONF,
                    avcodec.AV_PKT_DATA_DYNAMIC_HDR10_PLUS,
                    avcodec.AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT);

    private PictureNotes() {}

    /** Copies the kept side data of a source to a track; called before the header is written. */
    static void copy(AVStream from, AVStream to) {
        for (AVPacketSideData note : of(from)) {
            if (KEPT.contains(note.type())) {
                add(to.codecpar(), note);
            }
        }
    }

    private static void add(AVCodecParameters track, AVPacketSideData note) {
        AVPacketSideData all = track.coded_side_data();
        AVPacketSideData grown = all == null ? new AVPacketSideData((Pointer) null) : all;
        int[] count = {track.nb_coded_side_data()};
        AVPacketSideData made =
                avcodec.av_packet_side_data_new(grown, count, note.type(), note.size(), 0);
        if (made == null || made.isNull()) {
            throw new NativeError("no memory for what a container notes of a picture");
        }
        made.data().capacity(note.size()).put(note.data().capacity(note.size()));
        track.coded_side_data(grown).nb_coded_side_data(count[0]);
    }

    /** Dropped side data, such as {@code picture (Stereo 3D)}; in the file's order. */
    static List<String> dropped(AVStream stream) {
        return of(stream).stream()
                .map(AVPacketSideData::type)
                .filter(DROPPED::contains)
                .map(type -> "picture (%s)".formatted(nameOf(type)))
                .toList();
    }

    private static String nameOf(int type) {
        return avcodec.av_packet_side_data_name(type).getString();
    }

    private static List<AVPacketSideData> of(AVStream stream) {
        List<AVPacketSideData> notes = new ArrayList<>();
        AVPacketSideData all = stream.codecpar().coded_side_data();
        for (int i = 0; all != null && i < stream.codecpar().nb_coded_side_data(); i++) {
            notes.add(all.getPointer(i));
        }
        return notes;
    }
}
