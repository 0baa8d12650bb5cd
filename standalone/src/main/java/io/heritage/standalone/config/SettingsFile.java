package io.heritage.standalone.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Reads a configuration file, YAML or JSON by its ending; every setting knows its line. */
final class SettingsFile {
    private final String name;
    private final JsonParser parser;
    private final Problems problems;

    private SettingsFile(String name, JsonParser parser, Problems problems) {
        this.name = name;
        this.parser = parser;
        this.problems = problems;
    }

    /** The settings; empty, with a problem noted, if the file cannot be read. */
    static Optional<Setting.Section> read(Path file, Problems problems) {
        JsonFactory factory =
                file.toString().endsWith(".json") ? new JsonFactory() : new YAMLFactory();
        try (var in = Files.newInputStream(file);
                JsonParser parser = factory.createParser(in)) {
            return Optional.of(new SettingsFile(file.toString(), parser, problems).whole());
        } catch (NoSuchFileException missing) {
            problems.add("", "", "configuration file " + file + ": not found");
        } catch (JsonProcessingException unreadable) {
            int line = unreadable.getLocation() == null ? 1 : unreadable.getLocation().getLineNr();
            problems.add(file + ":" + line, "", firstLine(unreadable.getOriginalMessage()));
        } catch (IOException e) {
            problems.add("", "", "configuration file " + file + " cannot be read: " + e);
        }
        return Optional.empty();
    }

    private Setting.Section whole() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null || first == JsonToken.VALUE_NULL) {
            return Setting.Section.empty(name);
        }
        if (value() instanceof Setting.Section section) {
            return section;
        }
        throw new com.fasterxml.jackson.core.JsonParseException(
                parser, "expected keys with values, such as 'data: ./data'");
    }

    private Setting value() throws IOException {
        String origin = origin();
        return switch (parser.currentToken()) {
            case START_OBJECT -> section(origin);
            case START_ARRAY -> items(origin);
            case VALUE_NULL -> new Setting.Nothing(origin);
            default -> new Setting.Scalar(parser.getText(), origin);
        };
    }

    private Setting.Section section(String origin) throws IOException {
        var entries = new LinkedHashMap<String, Setting>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String keyOrigin = origin();
            parser.nextToken();
            Setting earlier = entries.put(key, at(keyOrigin, value()));
            if (earlier != null) {
                problems.add(
                        keyOrigin,
                        "",
                        "duplicate key '%s', first at %s".formatted(key, earlier.origin()));
            }
        }
        return new Setting.Section(entries, origin);
    }

    /** A setting's line is that of its key, because a section's own line is that of its content. */
    private static Setting at(String origin, Setting value) {
        return switch (value) {
            case Setting.Section section -> new Setting.Section(section.entries(), origin);
            case Setting.Items items -> new Setting.Items(items.values(), origin);
            case Setting.Scalar scalar -> new Setting.Scalar(scalar.text(), origin);
            case Setting.Nothing _ -> new Setting.Nothing(origin);
        };
    }

    private Setting.Items items(String origin) throws IOException {
        List<Setting> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value());
        }
        return new Setting.Items(values, origin);
    }

    private String origin() {
        return name + ":" + parser.currentTokenLocation().getLineNr();
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("not readable");
    }
}
