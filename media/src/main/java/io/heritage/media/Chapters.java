package io.heritage.media;

import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Chapters of a file, with their titles. */
final class Chapters {

    private static final int MOST = 10_000;

    private Chapters() {}

    /** Gives an output the chapters of an input; before its header is written. */
    static void copy(MediaFile input, AVFormatContext output) {
        AVFormatContext from = input.context();
        int count = Math.min(MOST, from.nb_chapters());
        if (count == 0) {
            return;
        }
        // The output's context frees both.
        PointerPointer<AVChapter> copies =
                new PointerPointer<>(avutil.av_calloc(count, Pointer.sizeof(Pointer.class)));
        for (int i = 0; i < count; i++) {
            AVChapter chapter = from.chapters(i);
            AVChapter copy = new AVChapter(avutil.av_mallocz(Pointer.sizeof(AVChapter.class)));
            long shift = input.timeline().start(chapter.time_base());
            copy.id(chapter.id()).time_base(chapter.time_base());
            copy.start(Math.max(0, chapter.start() - shift));
            copy.end(Math.max(copy.start(), chapter.end() - shift));
            AVDictionary notes = new AVDictionary(null);
            avutil.av_dict_copy(notes, chapter.metadata(), 0);
            copy.metadata(notes);
            copies.put(i, copy);
        }
        output.chapters(copies).nb_chapters(count);
    }
}
