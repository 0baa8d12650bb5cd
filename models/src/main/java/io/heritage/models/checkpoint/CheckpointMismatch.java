package io.heritage.models.checkpoint;

import java.util.List;
import java.util.stream.Collectors;

/** A checkpoint file is damaged, of an unsupported kind, or of another network. */
public final class CheckpointMismatch extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int SHOWN = 20;

    /**
     * @param tensor checkpoint key, or the part of the file ({@code "header"}) it is about
     */
    public record Problem(String tensor, String expected, String found) {
        @Override
        public String toString() {
            return "'%s': expected %s, found %s".formatted(tensor, expected, found);
        }
    }

    private final String file;
    private final transient List<Problem> problems;

    public CheckpointMismatch(String file, String tensor, String expected, String found) {
        this(file, List.of(new Problem(tensor, expected, found)));
    }

    public CheckpointMismatch(String file, List<Problem> problems) {
        super(message(file, problems));
        this.file = file;
        this.problems = List.copyOf(problems);
    }

    public String file() {
        return file;
    }

    public List<Problem> problems() {
        return problems;
    }

    private static String message(String file, List<Problem> problems) {
        String shown =
                problems.stream()
                        .limit(SHOWN)
                        .map(Problem::toString)
                        .collect(Collectors.joining("; "));
        String rest =
                problems.size() > SHOWN ? "; and %d more".formatted(problems.size() - SHOWN) : "";
        return "%s cannot be used: %s%s. Is it complete, and the file of this model?"
                .formatted(file, shown, rest);
    }
}
