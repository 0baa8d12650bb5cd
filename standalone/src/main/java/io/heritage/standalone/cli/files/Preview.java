package io.heritage.standalone.cli.files;

import io.heritage.media.ImageLimits;
import io.heritage.media.MediaRejected;
import io.heritage.media.PngEncoder;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoFrame;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.standalone.output.MediaNames;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a video, for trying settings. */
sealed interface Preview {
    /** The best quality of the encoder that still encodes quickly. */
    int NEARLY_LOSSLESS = 1;

    Pattern TYPED = Pattern.compile("(?<seconds>\\d{1,4}(\\.\\d+)?)s|frame:(?<frame>\\d{1,9})");

    /** The beginning of the video, without its sound. */
    record Beginning(double seconds) implements Preview {}

    /**
     * One frame.
     *
     * @param number from 0
     */
    record Frame(int number) implements Preview {}

    /**
     * @param wrong makes the exception for an invalid text
     */
    static Preview of(String typed, Function<String, ? extends RuntimeException> wrong) {
        Matcher matcher = TYPED.matcher(typed);
        if (!matcher.matches()) {
            throw wrong.apply("--preview: expected 2s or frame:57, found '" + typed + "'");
        }
        return matcher.group("frame") == null
                ? new Beginning(Double.parseDouble(matcher.group("seconds")))
                : new Frame(Integer.parseInt(matcher.group("frame")));
    }

    /**
     * Writes the piece under the name of the video, with {@code _preview}.
     *
     * @param into takes the file
     * @throws MediaRejected if it is no video, or ends before the frame
     * @throws InterruptedException if the thread was interrupted
     */
    default Path cut(Path video, Path into) throws IOException, InterruptedException {
        String name = video.getFileName().toString();
        String ending = MediaNames.ending(video);
        String stem =
                ending.isEmpty() ? name : name.substring(0, name.length() - ending.length() - 1);
        return switch (this) {
            case Frame frame -> cut(frame, video, into.resolve(stem + "_preview.png"));
            case Beginning start -> cut(start, video, into.resolve(stem + "_preview.mp4"));
        };
    }

    private static void checkpoint() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped");
        }
    }

    private static Path cut(Frame frame, Path video, Path target)
            throws IOException, InterruptedException {
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            int at = 0;
            while (reader.next() instanceof VideoFrame next) {
                checkpoint();
                try (next) {
                    if (at++ == frame.number()) {
                        write(next, target);
                        return target;
                    }
                }
            }
            throw new MediaRejected(
                    "%s has %d frames, 0 to %d; there is no frame %d"
                            .formatted(video, at, at - 1, frame.number()));
        }
    }

    private static void write(VideoFrame frame, Path target) throws IOException {
        try (var encoder = new PngEncoder();
                OutputStream png = new BufferedOutputStream(Files.newOutputStream(target))) {
            encoder.encode(frame.pixels(), png);
        }
    }

    private static Path cut(Beginning beginning, Path video, Path target)
            throws IOException, InterruptedException {
        try (VideoReader reader = VideoReader.open(video, ImageLimits.DEFAULT)) {
            double unit = reader.probe().timeBase().value();
            var encoding = VideoEncoding.like(reader.probe()).withCrf(NEARLY_LOSSLESS);
            try (VideoWriter writer = VideoWriter.open(target, encoding, null)) {
                while (reader.next() instanceof VideoFrame next) {
                    checkpoint();
                    try (next) {
                        if (next.pts() * unit >= beginning.seconds()) {
                            break;
                        }
                        writer.write(next.pixels(), next.pts(), next.duration());
                    }
                }
                writer.finish();
            }
        }
        return target;
    }
}
