/**
 * Pictures and videos in and out of RGB frames, as streams: a library on FFmpeg that knows nothing
 * of queues, HTTP or tensors. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.media.ImageProbe} looks at a file's first bytes ({@link
 *       io.heritage.media.ImageHeader}, {@link io.heritage.media.ImageFormat}, {@link
 *       io.heritage.media.Orientation}) and {@link io.heritage.media.ImageLimits} refuse what is
 *       too large or too small before a pixel is decoded;
 *   <li>{@link io.heritage.media.ImageDecoder} makes an upright {@link io.heritage.media.RgbFrame}
 *       of it, or a {@link io.heritage.media.DecodedImage} that has its {@link
 *       io.heritage.media.AlphaPlane} as well;
 *   <li>{@link io.heritage.schemas.FrameSize} says at which size the job computes, {@link
 *       io.heritage.media.ImageResampler} crops ({@link io.heritage.media.CropBox}) and resizes to
 *       that;
 *   <li>{@link io.heritage.media.VideoProbe} and {@link io.heritage.media.VideoReader} do the same
 *       for videos: {@link io.heritage.media.VideoFrame}s ({@link io.heritage.media.VideoFrames})
 *       with exact timestamps ({@link io.heritage.media.Rational} seconds), {@linkplain
 *       io.heritage.media.Deinterlace without combs}, their memory from a {@link
 *       io.heritage.media.FramePool};
 *   <li>{@link io.heritage.media.FramePairs}, {@link io.heritage.media.SceneCut} and {@link
 *       io.heritage.media.RaisedRate} walk through neighbours where the frame rate is raised;
 *   <li>{@link io.heritage.media.FrameFinder} gives single frames by their number, by way of a
 *       {@code FrameIndex};
 *   <li>{@link io.heritage.media.PngEncoder} and, beside a computation, {@link
 *       io.heritage.media.OrderedPngWriter} write frames as PNG;
 *   <li>{@link io.heritage.media.EncodedBy} says whether CPU or GPU encode a video, {@link
 *       io.heritage.media.Nvenc} whether a GPU here can;
 *   <li>{@link io.heritage.media.VideoWriter} with its {@link io.heritage.media.VideoEncoding}
 *       writes them as mp4 or WebM ({@link io.heritage.media.VideoFormat}), 8 or 10 bit ({@link
 *       io.heritage.schemas.SampleDepth} of the frames), the sound of the input through {@link
 *       io.heritage.media.AudioPassThrough}; {@link io.heritage.media.SegmentWriter}, also a {@link
 *       io.heritage.media.FrameWriter}, writes some of the frames, to be put together there.
 * </ol>
 *
 * <p><b>Threads.</b> Every object is used by one thread at a time; {@code ImageDecoder}, {@code
 * ImageResampler}, {@code FramePool} and the records by any. FFmpeg's video decoder and encoder
 * have threads of their own, the resampler uses the common pool.
 *
 * <p><b>Memory.</b> Pixels and encoded media are native memory or files, never whole on the heap.
 * Readers and writers free theirs on close, also after an exception.
 *
 * <p><b>What may fail.</b> {@link io.heritage.media.MediaRejected}, {@link
 * io.heritage.media.NotAVideo}: the input is at fault, the text is for the client. {@link
 * java.io.IOException}: a stream or file, ours or the caller's. {@link
 * io.heritage.media.NativeError}: FFmpeg refused a call of this package. The FFmpeg libraries are
 * loaded at the first use, and unpacked once to {@code ~/.javacpp}.
 *
 * <p>Beside these: {@code Av1Sequences}, {@code Chapters}, {@code ColourTags}, {@code DeflateBits},
 * {@code EncodedBytes}, {@code Ffmpeg}, {@code FieldFilter}, {@code FileKind}, {@code FrameMemory},
 * {@code HeaderBytes}, {@code HeifDecoder}, {@code HeifItems}, {@code ImageEnding}, {@code
 * ImageHeaders}, {@code LanczosAxis}, {@code LiteralBlocks}, {@code MediaFile}, {@code OpusTrack},
 * {@code PictureItems}, {@code PictureNotes}, {@code PngRowFilter}, {@code PrefixCode}, {@code
 * ResolutionRule}, {@code RgbConversion}, {@code RgbPlanes}, {@code SamplePlanes}, {@code
 * SubtitleTrack}, {@code TemporaryFiles}, {@code Timeline}, {@code VideoCodec}, {@code
 * VideoDecoder}, {@code VideoEncoder}.
 */
@NullMarked
package io.heritage.media;

import org.jspecify.annotations.NullMarked;
