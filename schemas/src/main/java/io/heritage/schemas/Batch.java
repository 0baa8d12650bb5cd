package io.heritage.schemas;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Relation of a job to a batch: it is one, or one of its jobs. A batch itself does not run; it ends
 * with its last job. Its jobs are ordinary jobs, which clients see and may cancel or retry
 * individually.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Batch.Whole.class, name = "whole"),
    @JsonSubTypes.Type(value = Batch.Member.class, name = "member"),
})
public sealed interface Batch {
    /** Jobs of one batch. */
    int MOST = 1_000;

    /** Replaces the worker in a batch's record. */
    WorkerId WORKER = new WorkerId("batch");

    /** The only attempt of a batch. */
    int ATTEMPT = 1;

    /** Key in the batch's input: the fields that all of its jobs share. */
    String SHARED = "input";

    /** Key in the batch's input: the fields of each job, which come before the shared ones. */
    String OWN = "inputs";

    /**
     * @param jobs number of jobs
     */
    record Whole(int jobs) implements Batch {
        public Whole {
            if (jobs < 1 || jobs > MOST) {
                throw new IllegalArgumentException(
                        "a batch has 1 to %d jobs, found %d".formatted(MOST, jobs));
            }
        }
    }

    /**
     * @param of id of the batch
     * @param index from 0
     * @param jobs of the batch
     */
    record Member(JobId of, int index, int jobs) implements Batch {}

    /** Deterministic: the same wherever and whenever it is made. */
    static JobId id(JobId batch, int index) {
        return new JobId("%s-b%d".formatted(batch.value(), index));
    }

    /**
     * One job of a batch: as if it had been submitted alone, without a webhook.
     *
     * @throws IllegalArgumentException if {@code batch} is none, or has no such job
     */
    static Job member(Job batch, int index) {
        if (!(batch.batch() instanceof Whole(int jobs)) || index < 0 || index >= jobs) {
            throw new IllegalArgumentException(batch + " has no job " + index);
        }
        return new Job(
                id(batch.id(), index),
                batch.endpoint(),
                batch.kind(),
                batch.owner(),
                inputOf(batch.input(), index),
                batch.policy(),
                null,
                batch.reply(),
                batch.submittedAt(),
                0,
                null,
                null,
                null,
                new Member(batch.id(), index, jobs),
                batch.traceparent(),
                batch.weight());
    }

    /** Input of one job, with the media that it names, each once, and no others. */
    static Payload inputOf(Payload batch, int index) {
        var indexes = new LinkedHashMap<Integer, Integer>();
        JsonNode input = renumbered(merged(batch.body(), index), indexes);
        return new Payload(input, indexes.keySet().stream().map(batch.media()::get).toList());
    }

    /**
     * Merges the shared fields with those of one job.
     *
     * @param inputs of all jobs
     */
    static ObjectNode merged(JsonNode inputs, int index) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        for (JsonNode from : List.of(inputs.path(SHARED), inputs.path(OWN).path(index))) {
            from.properties().forEach(field -> input.set(field.getKey(), field.getValue()));
        }
        return input;
    }

    /**
     * @param indexes of the job's media, by that in the batch; filled here
     */
    private static JsonNode renumbered(JsonNode node, Map<Integer, Integer> indexes) {
        OptionalInt index = Payload.mediaIndex(node);
        if (index.isPresent()) {
            int next = indexes.computeIfAbsent(index.getAsInt(), _ -> indexes.size());
            return Payload.textOf(node)
                    .map(text -> Payload.placeholder(next, text))
                    .orElseGet(() -> Payload.placeholder(next));
        }
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties()
                        .forEach(f -> copy.set(f.getKey(), renumbered(f.getValue(), indexes)));
                yield copy;
            }
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> copy.add(renumbered(element, indexes)));
                yield copy;
            }
            default -> node;
        };
    }
}
