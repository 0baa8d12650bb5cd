package io.heritage.media;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;

/**
 * Writes some frames of a video as encoded packets, with the timestamps of the whole video, for
 * {@link VideoWriter#append}. A segment begins with a key frame and is independent of earlier ones.
 * Its bytes depend on the frames alone: it is encoded on the CPU, with the same number of threads
 * on every machine.
 *
 * <p>A header with the codec's parameters, then packets ({@code 1}, pts, dts, duration, flags,
 * bytes), then {@code 0}; all numbers big-endian. One thread at a time.
 */
public final class SegmentWriter implements FrameWriter {
    static final int MAGIC = 0x48525347;
    static final int PACKET = 1;
    static final int END = 0;

    /** Fixed, so that the bytes of a segment do not depend on the number of cores. */
    static final int THREADS = 4;

    private final DataOutputStream out;
    private final VideoEncoder encoder;
    private final AVPacket packet;

    /**
     * @param out stays open
     */
    public SegmentWriter(OutputStream out, VideoEncoding encoding) throws IOException {
        Ffmpeg.load();
        this.out = new DataOutputStream(new BufferedOutputStream(out, 1 << 16));
        this.encoder = new VideoEncoder(encoding, VideoCodec.onCpu(encoding), THREADS);
        this.packet = avcodec.av_packet_alloc();
        try {
            byte[] parameters = encoder.parameters();
            this.out.writeInt(MAGIC);
            this.out.writeInt(parameters.length);
            this.out.write(parameters);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** FFmpeg's name of the encoder. */
    public String encoder() {
        return encoder.name();
    }

    @Override
    public void write(RgbFrame frame, long pts, long duration) throws IOException {
        encoder.send(frame, pts, duration);
        drain();
    }

    private void drain() throws IOException {
        while (encoder.receive(packet)) {
            try {
                byte[] bytes = new byte[packet.size()];
                packet.data().capacity(bytes.length).get(bytes);
                out.writeByte(PACKET);
                out.writeLong(packet.pts());
                out.writeLong(packet.dts());
                out.writeLong(packet.duration());
                out.writeInt(packet.flags());
                out.writeInt(bytes.length);
                out.write(bytes);
            } finally {
                avcodec.av_packet_unref(packet);
            }
        }
    }

    @Override
    public void finish() throws IOException {
        encoder.end();
        drain();
        out.writeByte(END);
        out.flush();
    }

    @Override
    public void close() {
        encoder.close();
        avcodec.av_packet_free(packet);
    }
}
