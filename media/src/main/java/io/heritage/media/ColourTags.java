package io.heritage.media;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Meaning of a video's RGB values: code points of ITU-T H.273, as FFmpeg uses them. Values are
 * never converted, so a written video carries the tags of its input.
 *
 * @param primaries ColourPrimaries, 9 for BT.2020
 * @param transfer TransferCharacteristics, 16 for PQ, 18 for HLG
 */
public record ColourTags(int primaries, int transfer) {

    public static final ColourTags BT709 =
            new ColourTags(avutil.AVCOL_PRI_BT709, avutil.AVCOL_TRC_BT709);

    /** Encoders write one byte for each; FFmpeg's own additions are larger. */
    private static final int MAX_CODE_POINT = 255;

    /** Tags of a track; BT.709 if it has none. */
    static ColourTags of(AVCodecParameters track) {
        return new ColourTags(
                isSpecified(track.color_primaries()) ? track.color_primaries() : BT709.primaries,
                isSpecified(track.color_trc()) ? track.color_trc() : BT709.transfer);
    }

    /** 2 is unspecified for both, 0 reserved. */
    private static boolean isSpecified(int codePoint) {
        return codePoint > 0
                && codePoint != avutil.AVCOL_PRI_UNSPECIFIED
                && codePoint <= MAX_CODE_POINT;
    }
}
