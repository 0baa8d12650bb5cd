package io.heritage.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code input} object of a request, read key by key; each method names the key and the range
 * in what it throws. Names are taken without surrounding blanks, null counts as absent, and a whole
 * number may come as {@code 8}, {@code 8.0} or {@code "8"}, as the services we replace took them.
 */
final class InputFields {
    private static final BigInteger MAX_SEED =
            BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

    InputFields(ObjectNode input) {
        for (Map.Entry<String, JsonNode> field : input.properties()) {
            if (!field.getValue().isNull()) {
                fields.set(field.getKey().strip(), field.getValue());
            }
        }
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    boolean has(String key) {
        return fields.has(key);
    }

    int integer(String key, int fallback, int min, int max) throws InvalidInput {
        if (!fields.has(key)) {
            return fallback;
        }
        BigInteger found = wholeNumber(key);
        if (found.compareTo(BigInteger.valueOf(min)) < 0
                || found.compareTo(BigInteger.valueOf(max)) > 0) {
            throw new InvalidInput(
                    "%s: expected %d to %d, found %s".formatted(key, min, max, shown(key)));
        }
        return found.intValue();
    }

    int oneOf(String key, int fallback, List<Integer> allowed) throws InvalidInput {
        if (!fields.has(key)) {
            return fallback;
        }
        BigInteger found = wholeNumber(key);
        for (int value : allowed) {
            if (found.equals(BigInteger.valueOf(value))) {
                return value;
            }
        }
        throw new InvalidInput(
                "%s: expected one of %s, found %s".formatted(key, allowed, shown(key)));
    }

    String oneOf(String key, String fallback, List<String> allowed) throws InvalidInput {
        String found = text(key, fallback, Integer.MAX_VALUE);
        if (!allowed.contains(found)) {
            throw new InvalidInput(
                    "%s: expected one of %s, found %s".formatted(key, allowed, shown(key)));
        }
        return found;
    }

    /** Other services' value for a random seed. */
    boolean isMinusOne(String key) throws InvalidInput {
        return fields.has(key) && wholeNumber(key).equals(BigInteger.ONE.negate());
    }

    /** 0 to 2^64-1, as the bits of a long. */
    long seed(String key, long fallback) throws InvalidInput {
        if (!fields.has(key)) {
            return fallback;
        }
        BigInteger found = wholeNumber(key);
        if (found.signum() < 0 || found.compareTo(MAX_SEED) > 0) {
            throw new InvalidInput(
                    "%s: expected 0 to %s, found %s".formatted(key, MAX_SEED, shown(key)));
        }
        return found.longValue();
    }

    double number(String key, double fallback, double min, double max) throws InvalidInput {
        if (!fields.has(key)) {
            return fallback;
        }
        double found = decimal(key).doubleValue();
        if (!(found >= min && found <= max)) {
            throw new InvalidInput(
                    "%s: expected %s to %s, found %s".formatted(key, min, max, shown(key)));
        }
        return found;
    }

    /**
     * @param maxLength in characters
     */
    String text(String key, String fallback, int maxLength) throws InvalidInput {
        JsonNode node = fields.path(key);
        if (node.isMissingNode()) {
            return fallback;
        }
        if (!node.isTextual()) {
            throw new InvalidInput("%s: expected a string, found %s".formatted(key, kindOf(node)));
        }
        if (node.textValue().length() > maxLength) {
            throw new InvalidInput(
                    "%s: expected at most %d characters, found %d"
                            .formatted(key, maxLength, node.textValue().length()));
        }
        return node.textValue();
    }

    /** The media placeholder under the key; an empty string counts as absent. */
    Optional<JsonNode> media(String key) throws InvalidInput {
        JsonNode node = fields.path(key);
        if (node.isMissingNode() || (node.isTextual() && node.textValue().isEmpty())) {
            return Optional.empty();
        }
        if (Payload.mediaIndex(node).isEmpty()) {
            throw new InvalidInput(
                    "%s: expected base64 media as a string, found %s"
                            .formatted(key, node.isTextual() ? node.textValue() : kindOf(node)));
        }
        return Optional.of(node);
    }

    /** The single element of an array of media under the key. */
    Optional<JsonNode> onlyMediaOf(String key) throws InvalidInput {
        JsonNode node = fields.path(key);
        if (!node.isArray()) {
            return media(key);
        }
        if (node.size() != 1 || Payload.mediaIndex(node.get(0)).isEmpty()) {
            throw new InvalidInput(
                    "%s: expected one base64 media string, found an array of %d; one video a request"
                            .formatted(key, node.size()));
        }
        return Optional.of(node.get(0));
    }

    private BigInteger wholeNumber(String key) throws InvalidInput {
        try {
            return decimal(key).toBigIntegerExact();
        } catch (ArithmeticException fraction) {
            throw new InvalidInput(
                    "%s: expected a whole number, found %s".formatted(key, shown(key)), fraction);
        }
    }

    private BigDecimal decimal(String key) throws InvalidInput {
        return decimal(fields.get(key))
                .orElseThrow(() ->
                        new InvalidInput(
                                "%s: expected a number, found %s".formatted(key, shown(key))));
    }

    /** A whole number in any of the accepted notations. */
    static Optional<BigInteger> wholeNumber(JsonNode node) {
        try {
            return decimal(node).map(BigDecimal::toBigIntegerExact);
        } catch (ArithmeticException fraction) {
            return Optional.empty();
        }
    }

    private static Optional<BigDecimal> decimal(JsonNode node) {
        String text = node.isTextual() ? node.textValue().strip() : node.asText();
        if ((node.isNumber() || node.isTextual()) && text.length() <= 40) {
            try {
                BigDecimal found = new BigDecimal(text);
                return Math.abs((long) found.scale()) <= 400
                        ? Optional.of(found)
                        : Optional.empty();
            } catch (NumberFormatException notANumber) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** The client's value, truncated if it is long. */
    private String shown(String key) {
        String text = fields.path(key).toString();
        return text.length() <= 60 ? text : text.substring(0, 60) + "…";
    }

    private static String kindOf(JsonNode node) {
        return switch (node.getNodeType()) {
            case ARRAY -> "an array";
            case OBJECT, POJO -> "an object";
            case BOOLEAN -> "a boolean";
            case NUMBER -> "a number";
            case STRING, BINARY -> "a string";
            case NULL, MISSING -> "nothing";
        };
    }
}
