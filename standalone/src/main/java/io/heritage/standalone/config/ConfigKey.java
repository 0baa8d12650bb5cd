package io.heritage.standalone.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration key, as the documentation lists it.
 *
 * @param path {@code gateway.port}; the user's own part of a path is a word in capitals, {@code
 *     endpoints.ID.ttl}
 * @param fallback the default as written in a file; empty for none
 */
record ConfigKey(String path, String fallback) {

    String variable() {
        return "HERITAGE_" + EnvironmentSettings.upper(path);
    }

    static List<ConfigKey> of(Class<? extends Record> root) {
        List<ConfigKey> keys = new ArrayList<>();
        collect(new ValueKind.Tree(root), RecordBinder.ownDefaults(root), "", null, keys);
        return keys;
    }

    private static void collect(
            ValueKind.Tree tree,
            @Nullable Record defaults,
            String path,
            @Nullable Class<?> mapKeyType,
            List<ConfigKey> keys) {
        for (ValueKind.Field field : tree.fields(mapKeyType)) {
            String key = path.isEmpty() ? field.key() : path + "." + field.key();
            Object value = defaults == null ? null : field.of(defaults);
            collect(field.kind(), value, key, keys);
        }
    }

    private static void collect(
            ValueKind kind, @Nullable Object value, String key, List<ConfigKey> keys) {
        switch (kind) {
            case ValueKind.Tree tree ->
                    collect(
                            tree,
                            value == null ? RecordBinder.ownDefaults(tree.type()) : (Record) value,
                            key,
                            null,
                            keys);
            case ValueKind.Keyed keyed when keyed.of() instanceof ValueKind.Tree tree ->
                    collect(tree, null, key + ".ID", keyed.keyType(), keys);
            case ValueKind.Many many when many.of() instanceof ValueKind.Tree tree ->
                    collect(tree, RecordBinder.ownDefaults(tree.type()), key + ".N", null, keys);
            case ValueKind.Maybe maybe when maybe.of() instanceof ValueKind.Tree tree ->
                    collect(tree, null, key, null, keys);
            case ValueKind.Keyed _, ValueKind.Many _, ValueKind.Maybe _, ValueKind.Single _ ->
                    keys.add(new ConfigKey(key, show(key, value)));
        }
    }

    /** A value as written in a file. */
    static String show(String key, @Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Optional<?> maybe -> maybe.map(inner -> show(key, inner)).orElse("");
            case Collection<?> many ->
                    many.stream().map(one -> show(key, one)).collect(Collectors.joining(","));
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + show(key, entry.getValue()))
                            .collect(Collectors.joining(", "));
            case Long bytes when key.endsWith("-bytes") -> ScalarReader.showBytes(bytes);
            case Integer bytes when key.endsWith("-bytes") -> ScalarReader.showBytes(bytes);
            default -> ScalarReader.show(value);
        };
    }
}
