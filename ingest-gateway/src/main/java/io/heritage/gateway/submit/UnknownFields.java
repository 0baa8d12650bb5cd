package io.heritage.gateway.submit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.schemas.EndpointKind;
import io.heritage.schemas.InvalidInput;
import io.heritage.schemas.NearestName;
import java.util.List;

/** Treatment of unknown fields of an {@code input}, such as misspelled ones. */
public enum UnknownFields {
    IGNORE,

    /** The answer names them in a header. */
    WARN,

    /** The job fails. */
    REFUSE;

    private static final int MOST_NAMED = 5;
    private static final int LONGEST_NAME = 40;

    /**
     * @return what to warn of; empty for nothing
     * @throws InvalidInput if they are refused
     */
    String check(EndpointKind kind, ObjectNode input) throws InvalidInput {
        List<String> unknown =
                this == IGNORE
                        ? List.of()
                        : input.properties().stream()
                                .map(field -> field.getKey().strip())
                                .filter(name -> !kind.fields().contains(name))
                                .limit(MOST_NAMED)
                                .map(name -> described(kind, name))
                                .toList();
        if (unknown.isEmpty()) {
            return "";
        }
        String text = "input has unknown fields: " + String.join(", ", unknown);
        if (this == REFUSE) {
            throw new InvalidInput(text);
        }
        return text;
    }

    private static String described(EndpointKind kind, String name) {
        String printable = name.replaceAll("[^ -~]", "?");
        String shown =
                printable.length() <= LONGEST_NAME
                        ? printable
                        : printable.substring(0, LONGEST_NAME) + "...";
        return NearestName.of(name, kind.fields())
                .map(near -> "%s (did you mean %s?)".formatted(shown, near))
                .orElse(shown);
    }
}
