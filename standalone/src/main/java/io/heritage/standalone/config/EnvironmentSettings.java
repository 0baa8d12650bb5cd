package io.heritage.standalone.config;

import io.heritage.schemas.NearestName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Settings from {@code HERITAGE_…} variables: the key in capitals, {@code .} and {@code -} as
 * {@code _}. A key that a user chose stands for itself: {@code HERITAGE_ENDPOINTS_MY_VIDEO_TTL} is
 * {@code endpoints.my-video.ttl}, and {@code HERITAGE_KAFKA_PROPERTIES_SASL_MECHANISM} the client
 * property {@code sasl.mechanism}.
 */
final class EnvironmentSettings {
    private static final String PREFIX = "HERITAGE_";

    /** Read by the launcher and by commands, not part of the tree. */
    static final Set<String> OTHER_VARIABLES =
            Set.of(
                    "HERITAGE_CONFIG",
                    "HERITAGE_URL",
                    "HERITAGE_API_KEY",
                    "HERITAGE_CUDA",
                    "HERITAGE_JAVA_OPTIONS",
                    "HERITAGE_BUILD_WAIT");

    private final Class<? extends Record> root;

    EnvironmentSettings(Class<? extends Record> root) {
        this.root = root;
    }

    Setting.Section read(Map<String, String> environment, Problems problems) {
        Setting.Section settings = Setting.Section.empty("");
        for (var variable : new TreeMap<>(environment).entrySet()) {
            String name = variable.getKey();
            if (!name.startsWith(PREFIX) || OTHER_VARIABLES.contains(name)) {
                continue;
            }
            Optional<List<String>> path =
                    find(new ValueKind.Tree(root), name.substring(PREFIX.length()), null);
            if (path.isPresent()) {
                settings = settings.with(path.get(), new Setting.Scalar(variable.getValue(), name));
            } else {
                problems.add("", name, "unknown variable" + hint(name));
            }
        }
        return settings;
    }

    private String hint(String name) {
        Set<String> known = new TreeSet<>(OTHER_VARIABLES);
        for (ConfigKey key : ConfigKey.of(root)) {
            known.add(key.variable());
        }
        return NearestName.of(name, known).map(near -> "; did you mean " + near + "?").orElse("");
    }

    private static Optional<List<String>> find(
            ValueKind kind, String rest, @org.jspecify.annotations.Nullable Class<?> mapKeyType) {
        return switch (kind) {
            case ValueKind.Tree tree -> findField(tree, rest, mapKeyType);
            case ValueKind.Keyed keyed when keyed.of() instanceof ValueKind.Tree tree ->
                    findEntry(keyed.keyType(), tree, rest);
            case ValueKind.Keyed _ -> Optional.of(List.of(lower(rest).replace('_', '.')));
            case ValueKind.Maybe maybe -> find(maybe.of(), rest, null);
            case ValueKind.Single _, ValueKind.Many _ -> Optional.empty();
        };
    }

    private static Optional<List<String>> findField(
            ValueKind.Tree tree,
            String rest,
            @org.jspecify.annotations.Nullable Class<?> mapKeyType) {
        for (ValueKind.Field field : tree.fields(mapKeyType)) {
            String name = upper(field.key());
            if (rest.equals(name)) {
                return Optional.of(List.of(field.key()));
            }
            if (rest.startsWith(name + "_")) {
                Optional<List<String>> inner =
                        find(field.kind(), rest.substring(name.length() + 1), null);
                if (inner.isPresent()) {
                    return Optional.of(prepended(field.key(), inner.get()));
                }
            }
        }
        return Optional.empty();
    }

    /** The user's key is the part before a known field. */
    private static Optional<List<String>> findEntry(
            Class<?> keyType, ValueKind.Tree tree, String rest) {
        for (int i = rest.indexOf('_'); i > 0; i = rest.indexOf('_', i + 1)) {
            Optional<List<String>> field = findField(tree, rest.substring(i + 1), keyType);
            if (field.isPresent()) {
                return Optional.of(
                        prepended(lower(rest.substring(0, i)).replace('_', '-'), field.get()));
            }
        }
        return Optional.of(List.of(lower(rest).replace('_', '-')));
    }

    private static List<String> prepended(String first, List<String> rest) {
        List<String> path = new ArrayList<>();
        path.add(first);
        path.addAll(rest);
        return path;
    }

    static String upper(String key) {
        return key.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
