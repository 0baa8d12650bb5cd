package io.heritage.gateway.call;

import io.heritage.gateway.error.HttpFailure;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.JobId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Endpoint and operation of a request's path.
 *
 * @param job present if the operation is about one
 * @param more the rest of the path, after the job's id, or after an operation without one
 */
public record Call(
        EndpointConfig endpoint, Operation operation, Optional<JobId> job, List<String> more) {

    /**
     * Reads a path below the base path; doubled slashes are taken as one, as the Python SDK makes
     * them when its base URL ends in one.
     *
     * @param endpoints by id
     * @throws HttpFailure 404 or 405
     */
    public static Call parse(
            String method, String basePath, String path, Map<String, EndpointConfig> endpoints) {
        List<String> segments = segments(path);
        List<String> base = segments(basePath);
        if (segments.size() <= base.size() || !segments.subList(0, base.size()).equals(base)) {
            throw HttpFailure.notFound(
                    "nothing here; operations are at " + basePath + "/ENDPOINT/OPERATION");
        }
        List<String> rest = segments.subList(base.size(), segments.size());
        EndpointConfig endpoint = endpoints.get(rest.getFirst());
        if (endpoint == null) {
            throw HttpFailure.notFound("endpoint not found");
        }
        Operation operation = rest.size() < 2 ? null : Operation.of(rest.get(1)).orElse(null);
        if (operation == null) {
            throw HttpFailure.notFound("not allowed for QB API");
        }
        boolean ofJob = operation.ofJob() || (operation.mayBeOfJob() && rest.size() > 2);
        List<String> more = rest.subList(Math.min(ofJob ? 3 : 2, rest.size()), rest.size());
        requireMethod(operation, operation.methods(more), method);
        return new Call(
                endpoint,
                operation,
                ofJob ? Optional.of(jobId(rest)) : Optional.empty(),
                List.copyOf(more));
    }

    private static void requireMethod(Operation operation, String methods, String method) {
        if (methods.isEmpty()) {
            throw HttpFailure.notFound("not allowed for QB API");
        }
        if (!List.of(methods.split(", ")).contains(method)) {
            throw new HttpFailure(
                    405,
                    "%s takes %s, not %s".formatted(operation.path(), methods, method),
                    Map.of("Allow", methods));
        }
    }

    /** The first of {@link #more}: a reference of stored media, or a part of a job. */
    public Optional<String> next() {
        return more.stream().findFirst();
    }

    /** As a key's {@code operations} name it. */
    public String right() {
        return operation == Operation.WORKERS && !more.isEmpty()
                ? Operation.DRAIN
                : operation.path();
    }

    private static JobId jobId(List<String> rest) {
        try {
            return new JobId(rest.size() >= 3 ? rest.get(2) : "");
        } catch (IllegalArgumentException notAnId) {
            throw HttpFailure.notFound("job not found");
        }
    }

    private static List<String> segments(String path) {
        return Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
    }
}
