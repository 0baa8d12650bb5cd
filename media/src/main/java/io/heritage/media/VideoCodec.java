package io.heritage.media;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * FFmpeg's encoder of an encoding.
 *
 * @param library FFmpeg's name of the encoder
 * @param pixelFormat FFmpeg's number of what it takes
 * @param options quality and speed, in the encoder's words
 */
record VideoCodec(String library, int pixelFormat, Map<String, String> options) {

    /** The requested kind of encoder, if it supports the encoding. */
    static VideoCodec of(VideoEncoding encoding) {
        return switch (encoding.encodedBy()) {
            case CPU -> onCpu(encoding);
            case NVENC -> canBeNvenc(encoding) ? nvenc(encoding) : onCpu(encoding);
        };
    }

    static VideoCodec onCpu(VideoEncoding encoding) {
        boolean deep = encoding.bitDepth() > 8;
        String crf = Integer.toString(encoding.crf());
        int pixelFormat = deep ? avutil.AV_PIX_FMT_YUV420P10LE : avutil.AV_PIX_FMT_YUV420P;
        return switch (encoding.format()) {
            case MP4 -> new VideoCodec("libx264", pixelFormat, x264(crf, deep));
            case WEBM ->
                    deep
                            ? new VideoCodec("libaom-av1", pixelFormat, aom(crf))
                            : new VideoCodec("libvpx-vp9", pixelFormat, vpx(crf));
        };
    }

    boolean isNvenc() {
        return library.endsWith("_nvenc");
    }

    /** NVENC's quality 0 means automatic, while ours is the best quality. */
    private static boolean canBeNvenc(VideoEncoding encoding) {
        return encoding.format() == VideoFormat.MP4 && encoding.crf() > 0;
    }

    /** Few generations write 10-bit H.264; all that support 10 bits write HEVC. */
    private static VideoCodec nvenc(VideoEncoding encoding) {
        boolean deep = encoding.bitDepth() > 8;
        Map<String, String> options = new LinkedHashMap<>();
        options.put("preset", "p4");
        options.put("tune", "hq");
        options.put("rc", "vbr");
        options.put("cq", Integer.toString(encoding.crf()));
        options.put("b", "0"); // the quality alone decides
        options.put("profile", deep ? "main10" : "high");
        return deep
                ? new VideoCodec("hevc_nvenc", avutil.AV_PIX_FMT_P010LE, options)
                : new VideoCodec("h264_nvenc", avutil.AV_PIX_FMT_YUV420P, options);
    }

    private static Map<String, String> x264(String crf, boolean deep) {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("preset", "veryfast");
        options.put("crf", crf);
        if (deep) {
            options.put("profile", "high10");
        } else if (!crf.equals("0")) {
            options.put("profile", "high"); // lossless is another profile
        }
        return options;
    }

    /** A bit rate of 0 makes the quality constant. */
    private static Map<String, String> vpx(String crf) {
        return Map.of("crf", crf, "b", "0", "deadline", "good", "cpu-used", "4", "row-mt", "1");
    }

    private static Map<String, String> aom(String crf) {
        return Map.of("crf", crf, "b", "0", "usage", "good", "cpu-used", "6", "row-mt", "1");
    }
}
