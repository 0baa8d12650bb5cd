package io.heritage.gateway;

import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.JobId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request's path asks for.
 *
 * @param job present where it is about one
 * @param part what of the job is asked for, if not all
 * @param media reference of stored media that the operation is about
 */
record Call(
        EndpointConfig endpoint,
        Operation operation,
        Optional<JobId> job,
        Optional<String> part,
        Optional<String> media) {

    /**
     * Reads a path below the base path; doubled slashes are taken as one, as the Python SDK makes
     * them when its base URL ends in one.
     *
     * @param endpoints by id
     * @throws HttpFailure 404 or 405
     */
    static Call parse(
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
        if (operation == null || rest.size() > longest(operation)) {
            throw HttpFailure.notFound("not allowed for QB API");
        }
        if (!operation.takes(method)) {
            throw new HttpFailure(
                    405,
                    "%s takes %s, not %s".formatted(operation.path(), operation.methods(), method),
                    Map.of("Allow", operation.methods()));
        }
        return new Call(
                endpoint,
                operation,
                isOfJob(operation, rest) ? Optional.of(jobId(rest)) : Optional.empty(),
                rest.size() == 4 ? Optional.of(rest.get(3)) : Optional.empty(),
                operation.ofMedia() && rest.size() == 3
                        ? Optional.of(rest.get(2))
                        : Optional.empty());
    }

    private static boolean isOfJob(Operation operation, List<String> rest) {
        return operation.ofJob() || (operation.mayBeOfJob() && rest.size() > 2);
    }

    /** In segments. */
    private static int longest(Operation operation) {
        if (operation.ofPartOfJob()) {
            return 4;
        }
        return operation.mayBeOfJob() || operation.ofMedia() ? 3 : 2;
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
