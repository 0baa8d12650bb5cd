package io.heritage.sink.reply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobRecord;
import io.heritage.schemas.Payload;
import io.heritage.schemas.ReplyFields;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@link ReplyFields} as the bodies of replies and webhooks. */
public final class JobReply {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private JobReply() {}

    /**
     * Answer to {@code /status} and the like, in the shape the job asked for.
     *
     * @param linkBase see {@link OutputLinks}
     * @param beside further fields, which take the place of those with their names
     */
    public static ReplyBody status(
            JobRecord record, Instant now, String linkBase, Map<String, JsonNode> beside) {
        Map<String, Payload> fields = ReplyFields.status(record, now, form(record, linkBase));
        beside.forEach((name, value) -> fields.put(name, Payload.ofJson(value)));
        return ReplyBody.of(fields);
    }

    /**
     * Answer to {@code /stream} (docs/spec/runpod.md, section 1.7), whatever the shape the job
     * asked for.
     *
     * @param more whether parts remain for the next answer; until then clients, some of which stop
     *     reading at the first terminal status, are told that the job goes on
     */
    public static ReplyBody stream(JobRecord record, List<Payload> parts, boolean more) {
        return ReplyBody.of(
                ReplyFields.stream(record, more),
                "stream",
                parts.stream().map(JobReply::streamElement).toList());
    }

    /** One part, as in {@link #stream}. */
    public static ReplyBody part(Payload part) {
        return ReplyBody.of(Map.of("output", part));
    }

    /** The fields of {@link #stream} after the last part. */
    public static ReplyBody streamEnd(JobRecord record) {
        return ReplyBody.of(ReplyFields.stream(record, false));
    }

    private static Payload streamElement(Payload part) {
        return new Payload(JSON.objectNode().set("output", part.body()), part.media());
    }

    /**
     * Always an envelope, with the input and without the worker, as RunPod's was captured.
     *
     * @param linkBase see {@link OutputLinks}
     */
    public static ReplyBody webhook(JobRecord record, Instant now, String linkBase) {
        return ReplyBody.of(ReplyFields.webhook(record, now, form(record, linkBase)));
    }

    private static ReplyFields.OutputForm form(JobRecord record, String linkBase) {
        Job job = Objects.requireNonNull(record.job());
        var links = new OutputLinks(linkBase, job);
        return new ReplyFields.OutputForm() {
            @Override
            public Payload shown(Payload output) {
                return switch (job.reply()) {
                    case ENVELOPE, FLAT, BOTH -> OutputView.described(output, links);
                    case ONCE -> OutputView.described(OutputView.once(output), links);
                    case LINKS -> OutputView.links(output, links);
                };
            }

            @Override
            public String listedAt() {
                return links.list();
            }
        };
    }
}
