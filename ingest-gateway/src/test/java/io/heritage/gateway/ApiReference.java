package io.heritage.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The page of the operations, made of the description that the gateway serves. {@link #main} writes
 * it; {@link ApiPageTest} compares.
 */
final class ApiReference {
    static final Path PAGE = Path.of("../docs/api-reference.md");
    private static final int WIDTH = 155;
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");
    private static final List<String> METHODS = List.of("get", "head", "post", "put", "delete");

    private final JsonNode document;
    private final StringBuilder page = new StringBuilder();

    private ApiReference(JsonNode document) {
        this.document = document;
    }

    public static void main(String[] args) throws IOException {
        Files.writeString(args.length > 0 ? Path.of(args[0]) : PAGE, made());
    }

    static String made() {
        var reference = new ApiReference(ApiContract.document());
        reference.write();
        return reference.page.toString();
    }

    private void write() {
        line("# Reference of the API");
        line("");
        paragraph(
                "",
                "Every operation with its parameters and answers, and every object in them. Made of"
                        + " `/openapi.json`, which a running gateway serves, by `ApiReference`; a test"
                        + " fails where the two differ. [api.md](api.md) says what the operations are"
                        + " for, with an example of each.");
        line("");
        line("## Operations");
        document.path("paths").properties().forEach(this::path);
        line("");
        line("## Objects");
        for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
            line("");
            line("### " + schema.getKey());
            line("");
            described(schema.getValue());
            fields(schema.getValue());
        }
        line("");
        line("## Answers that are errors");
        line("");
        for (Map.Entry<String, JsonNode> answer :
                document.at("/components/responses").properties()) {
            paragraph(
                    "- ",
                    "**%s**: %s"
                            .formatted(
                                    answer.getKey().substring(1),
                                    answer.getValue().path("description").textValue()));
        }
    }

    private void path(Map.Entry<String, JsonNode> path) {
        for (String method : METHODS) {
            JsonNode operation = path.getValue().path(method);
            if (operation.isMissingNode()) {
                continue;
            }
            line("");
            line("### " + method.toUpperCase(Locale.ROOT) + " " + shown(path.getKey()));
            line("");
            paragraph("", operation.path("summary").textValue());
            line("");
            var parameters = new ArrayList<JsonNode>();
            path.getValue().path("parameters").forEach(parameters::add);
            operation.path("parameters").forEach(parameters::add);
            parameters.stream().map(this::resolved).forEach(this::parameter);
            body(operation);
            operation.path("responses").properties().forEach(this::answer);
            errors(operation);
        }
    }

    private static String shown(String path) {
        return VARIABLE.matcher(path).replaceAll(name -> name.group(1).toUpperCase(Locale.ROOT));
    }

    private void parameter(JsonNode parameter) {
        paragraph(
                "- ",
                "`%s` (%s, %s)%s"
                        .formatted(
                                parameter.path("name").textValue(),
                                parameter.path("in").textValue(),
                                kind(parameter.path("schema")),
                                about(parameter)));
    }

    private void body(JsonNode operation) {
        for (Map.Entry<String, JsonNode> content :
                operation.at("/requestBody/content").properties()) {
            paragraph(
                    "- ",
                    "body: %s, %s"
                            .formatted(content.getKey(), kind(content.getValue().path("schema"))));
        }
    }

    private void answer(Map.Entry<String, JsonNode> answer) {
        if (answer.getValue().has("$ref")) {
            return; // of many operations, at the end of the page
        }
        JsonNode found = answer.getValue();
        var text = new StringBuilder("**" + answer.getKey() + "**" + about(found));
        found.path("content")
                .properties()
                .forEach(content ->
                        text.append(" `")
                                .append(content.getKey())
                                .append("`: ")
                                .append(kind(content.getValue().path("schema")))
                                .append('.'));
        if (found.has("headers")) {
            text.append(" Headers: ")
                    .append(
                            StreamSupport.stream(
                                            ((Iterable<String>)
                                                            () ->
                                                                    found.path("headers")
                                                                            .fieldNames())
                                                    .spliterator(),
                                            false)
                                    .map(name -> "`" + name + "`")
                                    .collect(Collectors.joining(", ")))
                    .append('.');
        }
        paragraph("- ", text.toString());
    }

    private void errors(JsonNode operation) {
        String shared =
                operation.path("responses").properties().stream()
                        .filter(answer -> answer.getValue().has("$ref"))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.joining(", "));
        if (!shared.isEmpty()) {
            paragraph("- ", "[errors](#answers-that-are-errors): " + shared);
        }
    }

    private void described(JsonNode schema) {
        if (schema.has("description")) {
            paragraph("", schema.path("description").textValue());
            line("");
        }
    }

    private void fields(JsonNode schema) {
        schema.path("allOf")
                .forEach(more -> paragraph("- ", "the fields of %s".formatted(kind(more))));
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.textValue()));
        schema.path("properties")
                .properties()
                .forEach(field ->
                        paragraph(
                                "- ",
                                "`%s` (%s%s)%s"
                                        .formatted(
                                                field.getKey(),
                                                kind(field.getValue()),
                                                required.contains(field.getKey()) ? ", always" : "",
                                                about(field.getValue()))));
    }

    private static String about(JsonNode thing) {
        String text = thing.path("description").asText();
        if (text.isEmpty()) {
            text = thing.path("title").asText();
        }
        return text.isEmpty() ? "" : ": " + text;
    }

    /** The type of a value, in a few words. */
    private String kind(JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").textValue().replaceAll(".*/", "");
            return "[%s](#%s)".formatted(name, name.toLowerCase(Locale.ROOT));
        }
        if (schema.has("const")) {
            return "`" + schema.path("const").asText() + "`";
        }
        if (schema.has("enum") || schema.has("oneOf")) {
            var values = new ArrayList<String>();
            schema.path("enum").forEach(value -> values.add(value.asText()));
            schema.path("oneOf").forEach(value -> values.add(value.path("const").asText()));
            return values.stream()
                    .map(value -> "`" + value + "`")
                    .collect(Collectors.joining(" or "));
        }
        return schema.path("type").asText("anything") + inner(schema) + range(schema);
    }

    private String inner(JsonNode schema) {
        if (schema.has("items")) {
            return " of " + kind(schema.path("items"));
        }
        return schema.has("properties")
                ? " of "
                        + schema.path("properties").properties().stream()
                                .map(field -> "`" + field.getKey() + "`")
                                .collect(Collectors.joining(", "))
                : "";
    }

    private static String range(JsonNode schema) {
        var text = new StringBuilder();
        if (schema.has("maximum")) {
            text.append(
                    ", %s to %s".formatted(number(schema, "minimum"), number(schema, "maximum")));
        } else if (schema.path("minimum").asInt() > 0) {
            text.append(", %s or more".formatted(number(schema, "minimum")));
        }
        if (schema.has("maxLength")) {
            text.append(", at most %s characters".formatted(number(schema, "maxLength")));
        }
        if (schema.has("maxItems")) {
            text.append(", at most ").append(number(schema, "maxItems"));
        }
        if (schema.has("default")) {
            text.append("; default `").append(schema.path("default").asText()).append('`');
        }
        return text.toString();
    }

    private static String number(JsonNode schema, String name) {
        return schema.path(name).asText();
    }

    private JsonNode resolved(JsonNode thing) {
        return thing.has("$ref") ? document.at(thing.path("$ref").textValue().substring(1)) : thing;
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    /** Broken between words; what goes on is indented below the first line. */
    private void paragraph(String mark, String text) {
        String indent = " ".repeat(mark.length());
        var line = new StringBuilder(mark);
        for (String word : text.split(" ")) {
            boolean first = line.toString().isBlank() || line.length() == mark.length();
            if (!first && line.length() + 1 + word.length() > WIDTH) {
                line(line.toString());
                line = new StringBuilder(indent);
                first = true;
            }
            line.append(first ? "" : " ").append(word);
        }
        line(line.toString());
    }
}
