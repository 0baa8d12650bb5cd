package io.heritage.standalone.progress;

/**
 * The work that progress is shown for.
 *
 * @param name a file, for people; empty where there is one thing only
 * @param unit what is counted, such as {@code frames}; empty for parts of the whole
 * @param job id of the job at a server; empty here, or as long as there is none
 */
public record ProgressSubject(String name, String unit, String job) {

    /** Removes control characters, because names of files may contain any. */
    public ProgressSubject {
        name = name.replaceAll("\\p{Cntrl}", "?");
    }

    /** Work with frames of that file. */
    public static ProgressSubject onFrames(String name) {
        return new ProgressSubject(name, "frames", "");
    }

    ProgressSubject countedIn(String counted) {
        return new ProgressSubject(name, counted, job);
    }

    ProgressSubject asJob(String id) {
        return new ProgressSubject(name, unit, id);
    }
}
