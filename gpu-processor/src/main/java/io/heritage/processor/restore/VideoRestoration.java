package io.heritage.processor.restore;

import io.heritage.media.AudioPassThrough;
import io.heritage.media.Deinterlace;
import io.heritage.media.ImageLimits;
import io.heritage.media.VideoEncoding;
import io.heritage.media.VideoProbe;
import io.heritage.media.VideoReader;
import io.heritage.media.VideoWriter;
import io.heritage.models.FrameSink;
import io.heritage.models.seedvr2.Restored;
import io.heritage.models.seedvr2.frame.FrameGeometry;
import io.heritage.processor.job.JobFailed;
import io.heritage.processor.output.DecodeAhead;
import io.heritage.processor.output.ResultEncoding;
import io.heritage.processor.output.VideoNotes;
import io.heritage.schemas.FrameSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Restores a video into an mp4 or WebM of as many frames at the same times, with its sound. A video
 * of more than 8 bit is read so where it is written with 10. Decoding, computing and encoding go on
 * at once: a chunk a device and one that is decoded ahead are in memory, whatever the length.
 * Device thread only.
 */
final class VideoRestoration {
    private final NetworkRun network;
    private final ImageLimits limits;

    VideoRestoration(NetworkRun network, ImageLimits limits) {
        this.network = network;
        this.limits = limits;
    }

    /** Destination of a video. */
    interface VideoTarget {
        VideoWriter open(VideoEncoding encoding, AudioPassThrough sound) throws IOException;
    }

    RestoreSummary run(Path in, VideoTarget target) throws IOException {
        network.checkpoint();
        ResultEncoding.Video encoding = ResultEncoding.ofVideo(network.request().encoding());
        var deinterlace = Deinterlace.named(network.request().options().deinterlace());
        try (VideoReader reader = VideoReader.open(in, limits, encoding.depth(), deinterlace)) {
            VideoProbe probe = reader.probe();
            FrameGeometry geometry = network.geometry(probe.uprightSize());
            long expected = probe.declaredFrames().orElse(0L);
            RestorePlan plan = plan(geometry, reader, expected);
            FrameSize size = geometry.output();
            requireEven(size);
            VideoEncoding written = encoding.of(VideoEncoding.like(probe).withSize(size));
            try (AudioPassThrough sound = AudioPassThrough.of(in, limits, written.format());
                    VideoWriter writer = target.open(written, sound);
                    var restored = new RestoredFrames(writer, size, encoding.depth());
                    var decoder = new DecodeAhead(reader, plan.chunks().length());
                    var frames = new SceneFrames(decoder, reader.depth(), restored::expect)) {
                Restored result =
                        network.run(
                                network.others(),
                                geometry,
                                plan,
                                frames,
                                FrameSink.of(encoding.depth(), restored::write),
                                restored::written,
                                expected);
                restored.finish();
                return network.summary(
                        "video",
                        size,
                        result,
                        Optional.of(probe.frameRate()),
                        frames.scenes(),
                        encoding.writtenBy(writer.encoder()),
                        VideoNotes.of(reader, sound));
            }
        }
    }

    private RestorePlan plan(FrameGeometry geometry, VideoReader reader, long expected) {
        return network.plan(budget ->
                RestorePlan.video(
                        network.leader()::fitting,
                        geometry,
                        reader.depth(),
                        expected,
                        network.options(),
                        budget));
    }

    /** 4:2:0 needs even sides: the encoder would add a column or a row. */
    static void requireEven(FrameSize size) {
        if (size.width() % 2 != 0 || size.height() % 2 != 0) {
            throw new JobFailed(
                    "fit exact: a video needs even sides, found res_h %d and res_w %d"
                            .formatted(size.height(), size.width()));
        }
    }
}
