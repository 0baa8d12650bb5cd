package io.heritage.media;

import io.heritage.media.HeaderBytes.CutOff;
import io.heritage.media.HeifItems.Item;
import io.heritage.media.HeifItems.Property;
import io.heritage.media.HeifItems.TileGrid;
import io.heritage.media.ImageHeaders.NotPossible;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes HEIC and AVIF: one coded picture, or a grid of tiles put together before the colours are
 * converted, and beside it the picture that is its alpha. Colours are those of the file's {@code
 * colr} property; without one BT.601 in full range, as MIAF has it. One picture, one thread.
 */
final class HeifDecoder {

    private static final int PADDING = 64;

    /** ISO/IEC 23000-22, 7.3.11.4.2; also keeps the number of tiles low. */
    private static final int SMALLEST_TILE = 64;

    private final ImageHeader header;
    private final HeifItems items;

    private HeifDecoder(ImageHeader header, HeifItems items) {
        this.header = header;
        this.items = items;
    }

    /** Decodes the stored picture, not yet turned upright. */
    static DecodedImage decode(ImageHeader header, EncodedBytes encoded, boolean withAlpha) {
        try {
            HeifItems items = HeifItems.of(new HeaderBytes(encoded.buffer()));
            return new HeifDecoder(header, items).decode(withAlpha);
        } catch (CutOff _) {
            throw new MediaRejected(
                    "%s ends after %d bytes, within its pixels"
                            .formatted(header.format().title(), encoded.length()));
        } catch (NotPossible e) {
            throw damaged(header, e.problem());
        }
    }

    private DecodedImage decode(boolean withAlpha) throws CutOff, NotPossible {
        Item picture = items.primaryItem();
        Item alpha = items.alphaOf(picture);
        if (alpha != null && items.isPremultiplied()) {
            throw damaged(
                    header, "its colours are premultiplied by its alpha, which is not supported");
        }
        AVFrame frame = frameOf(picture);
        try (RgbConversion conversion = new RgbConversion()) {
            tagColours(frame, picture);
            RgbFrame rgb = RgbFrame.allocate(header.width(), header.height());
            conversion.toRgb(frame, rgb);
            return new DecodedImage(
                    rgb, withAlpha && alpha != null ? alpha(alpha) : Optional.empty());
        } finally {
            avutil.av_frame_free(frame);
        }
    }

    private Optional<AlphaPlane> alpha(Item item) throws CutOff, NotPossible {
        AVFrame frame = frameOf(item);
        try {
            AlphaPlane alpha = AlphaPlane.allocate(frame.width(), frame.height());
            boolean limited = frame.color_range() == avutil.AVCOL_RANGE_MPEG;
            SamplePlanes.copyLuma(frame, limited, alpha.samples());
            return alpha.isOpaque() ? Optional.empty() : Optional.of(alpha);
        } finally {
            avutil.av_frame_free(frame);
        }
    }

    /** A frame of the header's size; the caller frees it. */
    private AVFrame frameOf(Item item) throws CutOff, NotPossible {
        int[] size = HeifItems.size(item);
        if (size[0] != header.width() || size[1] != header.height()) {
            throw damaged(header, "its alpha measures %dx%d".formatted(size[0], size[1]));
        }
        return item.type().equals("grid") ? gridOf(items.grid(item)) : coded(item);
    }

    private AVFrame gridOf(TileGrid grid) throws CutOff, NotPossible {
        int[] tile = HeifItems.size(grid.tiles().getFirst());
        boolean covered =
                grid.width() == header.width()
                        && grid.height() == header.height()
                        && Math.min(tile[0], tile[1]) >= SMALLEST_TILE
                        && fits(grid.width(), grid.columns(), tile[0])
                        && fits(grid.height(), grid.rows(), tile[1]);
        if (!covered) {
            throw damaged(
                    header,
                    "%dx%d tiles of %dx%d pixels do not make up %dx%d"
                            .formatted(
                                    grid.columns(),
                                    grid.rows(),
                                    tile[0],
                                    tile[1],
                                    grid.width(),
                                    grid.height()));
        }
        AVFrame whole = avutil.av_frame_alloc();
        try {
            for (int i = 0; i < grid.tiles().size(); i++) {
                AVFrame part = coded(grid.tiles().get(i));
                try {
                    place(part, whole, grid, i);
                } finally {
                    avutil.av_frame_free(part);
                }
            }
            whole.width(grid.width()).height(grid.height());
            return whole;
        } catch (CutOff | NotPossible | RuntimeException e) {
            avutil.av_frame_free(whole);
            throw e;
        }
    }

    /** Whether each tile is at least partly inside. */
    private static boolean fits(int side, int count, int tile) {
        return (long) tile * count >= side && (long) tile * (count - 1) < side;
    }

    private void place(AVFrame part, AVFrame whole, TileGrid grid, int index) {
        if (index == 0) {
            avutil.av_frame_copy_props(whole, part);
            whole.format(part.format());
            whole.width(part.width() * grid.columns()).height(part.height() * grid.rows());
            NativeError.check(avutil.av_frame_get_buffer(whole, 0), "allocate a picture of tiles");
        } else if (part.format() != whole.format()
                || part.width() * grid.columns() != whole.width()
                || part.height() * grid.rows() != whole.height()) {
            throw damaged(header, "its tiles are not alike");
        }
        AVPixFmtDescriptor format = avutil.av_pix_fmt_desc_get(part.format());
        int x = index % grid.columns() * part.width();
        int y = index / grid.columns() * part.height();
        for (int plane = 0; plane < 4 && part.linesize(plane) > 0; plane++) {
            boolean chroma = plane == 1 || plane == 2;
            int acrossShift = chroma ? format.log2_chroma_w() : 0;
            int downShift = chroma ? format.log2_chroma_h() : 0;
            int sample = format.comp(0).depth() > 8 ? 2 : 1;
            long offset =
                    (long) (y >> downShift) * whole.linesize(plane)
                            + (long) (x >> acrossShift) * sample;
            avutil.av_image_copy_plane(
                    new BytePointer(whole.data(plane)).position(offset),
                    whole.linesize(plane),
                    part.data(plane),
                    part.linesize(plane),
                    -(-part.width() >> acrossShift) * sample,
                    -(-part.height() >> downShift));
        }
    }

    /** One picture through its decoder; the caller frees it. */
    private AVFrame coded(Item item) throws CutOff, NotPossible {
        int[] size = HeifItems.size(item);
        if ((long) size[0] * size[1] > (long) header.width() * header.height() * 4) {
            throw damaged(header, "a tile of it measures %dx%d".formatted(size[0], size[1]));
        }
        List<HeaderBytes> bytes = items.bytesOf(item);
        if (item.type().equals("av01")) {
            for (HeaderBytes part : bytes) {
                Av1Sequences.check(part, size[0], size[1]);
            }
        }
        AVFrame frame = avutil.av_frame_alloc();
        AVCodecContext decoder = open(item, size);
        try {
            send(decoder, bytes);
            check(avcodec.avcodec_receive_frame(decoder, frame));
            if (frame.width() != size[0] || frame.height() != size[1]) {
                throw damaged(
                        header,
                        "its pixels measure %dx%d".formatted(frame.width(), frame.height()));
            }
            return frame;
        } catch (RuntimeException e) {
            avutil.av_frame_free(frame);
            throw e;
        } finally {
            avcodec.avcodec_free_context(decoder);
        }
    }

    private AVCodecContext open(Item item, int[] size) throws NotPossible {
        AVCodec codec =
                avcodec.avcodec_find_decoder(
                        switch (item.type()) {
                            case "hvc1", "hev1" -> avcodec.AV_CODEC_ID_HEVC;
                            case "av01" -> avcodec.AV_CODEC_ID_AV1;
                            default ->
                                    throw new NotPossible(
                                            "pictures coded as %s, expected HEVC or AV1"
                                                    .formatted(item.type().strip()));
                        });
        AVCodecContext decoder = avcodec.avcodec_alloc_context3(codec);
        decoder.thread_count(1);
        decoder.max_pixels((long) (size[0] + PADDING) * (size[1] + PADDING));
        decoder.err_recognition(
                avcodec.AV_EF_CRCCHECK | avcodec.AV_EF_BITSTREAM | avcodec.AV_EF_EXPLODE);
        Property configuration = HeifItems.property(item, "hvcC");
        if (configuration != null) {
            ByteBuffer bytes = configuration.content().buffer();
            int length = bytes.remaining();
            BytePointer copy = new BytePointer(avutil.av_mallocz(length + PADDING));
            copy.capacity(length).asByteBuffer().put(bytes);
            decoder.extradata(copy).extradata_size(length);
        }
        int code = avcodec.avcodec_open2(decoder, codec, (AVDictionary) null);
        if (Ffmpeg.failed(code)) {
            avcodec.avcodec_free_context(decoder);
            check(code);
        }
        return decoder;
    }

    private void send(AVCodecContext decoder, List<HeaderBytes> parts) {
        int length = parts.stream().mapToInt(HeaderBytes::length).sum();
        AVPacket packet = avcodec.av_packet_alloc();
        try {
            check(avcodec.av_new_packet(packet, length));
            ByteBuffer target = packet.data().capacity(length).asByteBuffer();
            parts.forEach(part -> target.put(part.buffer()));
            check(avcodec.avcodec_send_packet(decoder, packet));
            check(avcodec.avcodec_send_packet(decoder, null));
        } finally {
            avcodec.av_packet_free(packet);
        }
    }

    /** Colour information of type {@code nclx}: primaries, transfer curve, matrix, range. */
    private static void tagColours(AVFrame frame, Item picture) throws CutOff {
        Property colours = HeifItems.property(picture, "colr");
        if (colours != null && colours.content().has(0, "nclx")) {
            frame.colorspace(colours.content().u16(8, false));
            boolean full = (colours.content().u8(10) & 0x80) != 0;
            frame.color_range(full ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG);
        }
        if (frame.colorspace() == avutil.AVCOL_SPC_UNSPECIFIED) {
            frame.colorspace(avutil.AVCOL_SPC_SMPTE170M);
        }
        if (frame.color_range() == avutil.AVCOL_RANGE_UNSPECIFIED) {
            frame.color_range(avutil.AVCOL_RANGE_JPEG);
        }
    }

    private void check(int code) {
        if (Ffmpeg.failed(code)) {
            throw damaged(header, "no picture comes out, " + Ffmpeg.errorText(code));
        }
    }

    private static MediaRejected damaged(ImageHeader header, @Nullable String problem) {
        return new MediaRejected(
                "damaged %s of %dx%d pixels: %s"
                        .formatted(
                                header.format().title(), header.width(), header.height(), problem));
    }
}
