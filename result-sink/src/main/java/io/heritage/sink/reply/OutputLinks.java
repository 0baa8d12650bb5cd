package io.heritage.sink.reply;

import io.heritage.schemas.Job;

/**
 * URLs of a job's media as files.
 *
 * @param base where the gateway serves its operations, as clients reach it
 */
public record OutputLinks(String base, Job job) {

    /** The list of files. */
    public String list() {
        return "%s/%s/output/%s".formatted(base, job.endpoint(), job.id());
    }

    /**
     * @param index into the media of the output
     */
    public String file(int index) {
        return list() + "/" + index;
    }

    /**
     * @param index into the media of the input
     */
    public String input(int index) {
        return "%s/%s/input/%s/%d".formatted(base, job.endpoint(), job.id(), index);
    }

    public String zip() {
        return list() + "/zip";
    }
}
