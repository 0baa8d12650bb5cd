package io.heritage.processor.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFormat;
import io.heritage.processor.job.JobFailed;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.SampleDepth;
import java.util.Optional;

/** Encoding of a restored image or video. */
public sealed interface ResultEncoding {

    /** A PNG of 8 bit. */
    record Image() implements ResultEncoding {
        @Override
        public String format() {
            return "png";
        }

        @Override
        public String mediaType() {
            return "image/png";
        }

        @Override
        public void describe(ObjectNode facts) {
            facts.put("format", format());
        }
    }

    /**
     * @param crf in the numbers of the format's codec
     * @param bitDepth 8 or 10
     * @param encoder FFmpeg's name of what encoded it; empty until that is known
     */
    record Video(VideoFormat container, int crf, int bitDepth, Optional<String> encoder)
            implements ResultEncoding {
        @Override
        public String format() {
            return container.title();
        }

        @Override
        public String mediaType() {
            return container.mediaType();
        }

        @Override
        public void describe(ObjectNode facts) {
            facts.put("format", format()).put("crf", crf).put("bit_depth", bitDepth);
            encoder.ifPresent(name -> facts.put("encoder", name));
        }

        public VideoEncoding of(VideoEncoding input) {
            return input.withFormat(container).withBitDepth(bitDepth).withCrf(crf);
        }

        /** The same, with the encoder of an open writer. */
        public Video writtenBy(String name) {
            return new Video(container, crf, bitDepth, Optional.of(name));
        }

        /** Sample depth of the frames that are encoded. */
        public SampleDepth depth() {
            return bitDepth > 8 ? SampleDepth.SIXTEEN : SampleDepth.EIGHT;
        }
    }

    /** Extension of its files. */
    String format();

    String mediaType();

    /** Adds the fields of the answer about the encoding. */
    void describe(ObjectNode facts);

    /**
     * @throws JobFailed if an image cannot be encoded as asked
     */
    static Image ofImage(RestoreInput.Encoding asked) {
        Optional<String> other = asked.format().filter(format -> !format.equals("png"));
        if (other.isPresent()) {
            throw new JobFailed("format: an image is written as png, found " + other.get());
        }
        if (asked.crf().isPresent()) {
            throw new JobFailed("crf: the media is an image, a png is lossless; leave crf out");
        }
        if (asked.bitDepth() != 8) {
            throw new JobFailed(
                    "bit_depth: the media is an image, which is written with 8 bits, found "
                            + asked.bitDepth());
        }
        return new Image();
    }

    /**
     * @throws JobFailed if the format is none for a video
     */
    static Video ofVideo(RestoreInput.Encoding asked) {
        String name = asked.format().orElse(VideoFormat.MP4.title());
        VideoFormat container =
                VideoFormat.named(name)
                        .orElseThrow(() ->
                                new JobFailed(
                                        "format: a video is written as mp4 or webm, found "
                                                + name));
        int crf = asked.crf().orElse(container.defaultCrf());
        return new Video(container, crf, asked.bitDepth(), Optional.empty());
    }
}
