/**
 * Pictures and videos in and out of RGB frames, as streams: a library on FFmpeg that knows nothing
 * of queues, HTTP or tensors. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.media.Ffmpeg}: loads FFmpeg's libraries at the first use; everything
 *       that calls them begins with it;
 *   <li>{@link io.heritage.media.TemporaryFiles}: files of this process, removed by the next one if
 *       it is killed;
 *   <li>{@link io.heritage.media.ImageProbe}: reads a picture's first bytes before a pixel is
 *       decoded;
 *   <li>{@link io.heritage.media.HeaderBytes}: numbers at offsets of those bytes;
 *   <li>{@link io.heritage.media.ImageHeaders}: finds size and orientation in the header of each
 *       format;
 *   <li>{@link io.heritage.media.ImageHeader}: what is found there;
 *   <li>{@link io.heritage.media.ImageFormat}: the formats that are decoded;
 *   <li>{@link io.heritage.media.Orientation}: how stored pixels are turned to stand upright;
 *   <li>{@link io.heritage.media.ImageLimits}: refuse what is too large or too small;
 *   <li>{@link io.heritage.media.FileKind}: guesses what a file is that is no picture, for the
 *       message;
 *   <li>{@link io.heritage.media.ImageDecoder}: makes an upright frame of a picture;
 *   <li>{@link io.heritage.media.EncodedBytes}: the encoded picture in native memory;
 *   <li>{@link io.heritage.media.ImageEnding}: finds where the picture ends, and refuses one that
 *       was cut off;
 *   <li>{@link io.heritage.media.HeifDecoder}: decodes HEIC and AVIF;
 *   <li>{@link io.heritage.media.HeifItems}: coded pictures and grids of tiles in such a file;
 *   <li>{@link io.heritage.media.Av1Sequences}: compares the frame size inside AV1 with the limit
 *       before its decoder takes memory for it;
 *   <li>{@link io.heritage.media.RgbConversion}: converts between FFmpeg's colours and RGB;
 *   <li>{@link io.heritage.media.RgbPlanes}: planes of red, green and blue on the way, faster with
 *       the same bits;
 *   <li>{@link io.heritage.media.SamplePlanes}: reads RGB, grey and palette samples exactly,
 *       without that conversion;
 *   <li>{@link io.heritage.media.RgbFrame}: a frame in native memory;
 *   <li>{@link io.heritage.media.FrameMemory}: that memory, and what frees it;
 *   <li>{@link io.heritage.media.AlphaPlane}: the transparency of a picture;
 *   <li>{@link io.heritage.media.DecodedImage}: a frame with its transparency;
 *   <li>{@link io.heritage.media.ResolutionRule}: the {@link io.heritage.schemas.FrameSize} at
 *       which an interpolation computes;
 *   <li>{@link io.heritage.media.CropBox}: the part of a picture that has the right proportions;
 *   <li>{@link io.heritage.media.ImageResampler}: crops and resizes to that size;
 *   <li>{@link io.heritage.media.LanczosAxis}: its weights along one axis;
 *   <li>{@link io.heritage.media.MediaFile}: opens a video; playlists, which name other files, are
 *       refused;
 *   <li>{@link io.heritage.media.PictureItems}: finds still pictures among a video's boxes, which
 *       are refused;
 *   <li>{@link io.heritage.media.Timeline}: puts all packets on one clock that begins at 0 and
 *       never jumps;
 *   <li>{@link io.heritage.media.VideoProbe}: what the headers of a video say;
 *   <li>{@link io.heritage.media.ColourTags}: what its RGB values mean;
 *   <li>{@link io.heritage.media.Rational}: a time or a rate as an exact fraction;
 *   <li>{@link io.heritage.media.VideoReader}: the frames of a video, upright and as RGB;
 *   <li>{@link io.heritage.media.VideoDecoder}: the pictures behind it, as FFmpeg decodes them;
 *   <li>{@link io.heritage.media.Deinterlace}: what happens to frames that hold two fields;
 *   <li>{@link io.heritage.media.FieldFilter}: makes whole frames of them;
 *   <li>{@link io.heritage.media.FramePool}: memory for frames of one size, used again and again;
 *   <li>{@link io.heritage.media.VideoFrame}: one frame, and when it is shown;
 *   <li>{@link io.heritage.media.VideoFrames}: frames one after the other, from a file or from a
 *       thread that decodes;
 *   <li>{@link io.heritage.media.FrameFinder}: single frames by their number;
 *   <li>{@link io.heritage.media.FrameIndex}: when frames are shown, and where decoding can begin;
 *   <li>{@link io.heritage.media.SceneCut}: tells whether a scene changes between two neighbours;
 *   <li>{@link io.heritage.media.FramePairs}: walks from neighbour to neighbour where the frame
 *       rate is raised;
 *   <li>{@link io.heritage.media.RaisedRate}: exact times of the frames in between;
 *   <li>{@link io.heritage.media.PngEncoder}: writes a frame as PNG;
 *   <li>{@link io.heritage.media.PngRowFilter}: predicts each row from its neighbours;
 *   <li>{@link io.heritage.media.LiteralBlocks}: compress the differences without searching for
 *       repetitions;
 *   <li>{@link io.heritage.media.PrefixCode}: the code made for each block;
 *   <li>{@link io.heritage.media.DeflateBits}: bits in the order of deflate;
 *   <li>{@link io.heritage.media.OrderedPngWriter}: encodes on several threads and gives PNG out in
 *       order;
 *   <li>{@link io.heritage.media.FrameWriter}: takes the frames of a video;
 *   <li>{@link io.heritage.media.VideoFormat}: mp4 or WebM;
 *   <li>{@link io.heritage.media.VideoEncoding}: how a video is written: size, rate, depth ({@link
 *       io.heritage.schemas.SampleDepth} of the frames), quality;
 *   <li>{@link io.heritage.media.EncodedBy}: CPU or GPU;
 *   <li>{@link io.heritage.media.Nvenc}: tries whether a GPU here can encode;
 *   <li>{@link io.heritage.media.VideoCodec}: the encoder of FFmpeg and its options;
 *   <li>{@link io.heritage.media.VideoEncoder}: RGB frames in, packets out;
 *   <li>{@link io.heritage.media.VideoWriter}: writes a video that browsers play;
 *   <li>{@link io.heritage.media.SegmentWriter}: writes some frames of a video, to be put together
 *       by a {@code VideoWriter};
 *   <li>{@link io.heritage.media.AudioPassThrough}: copies the tracks beside the picture;
 *   <li>{@link io.heritage.media.OpusTrack}: encodes sound again that the container does not take;
 *   <li>{@link io.heritage.media.SubtitleTrack}: text subtitles in the words of the other
 *       container;
 *   <li>{@link io.heritage.media.Chapters}: chapters with their titles;
 *   <li>{@link io.heritage.media.PictureNotes}: how bright a video was mastered is kept; what else
 *       a container notes of its picture is dropped and named;
 *   <li>{@link io.heritage.media.MediaRejected}: the input is at fault; the text is for the client;
 *   <li>{@link io.heritage.media.NotAVideo}: the same, of a file that is no video;
 *   <li>{@link io.heritage.media.NativeError}: FFmpeg refused what this package asked for.
 * </ol>
 *
 * <p><b>Threads.</b> Every object is used by one thread at a time; {@code ImageDecoder}, {@code
 * ImageResampler}, {@code FramePool} and the records by any. FFmpeg's video decoder and encoder
 * have threads of their own, the resampler uses the common pool.
 *
 * <p><b>Memory.</b> Pixels and encoded media are native memory or files, never whole on the heap.
 * Readers and writers free theirs on close, also after an exception.
 *
 * <p><b>What may fail.</b> {@code MediaRejected}, {@code NotAVideo} and {@code NativeError}, as
 * above; {@link java.io.IOException}: a stream or file, ours or the caller's. The FFmpeg libraries
 * are unpacked once to {@code ~/.javacpp}.
 */
@NullMarked
package io.heritage.media;

import org.jspecify.annotations.NullMarked;
