package io.heritage.standalone.config;

import io.heritage.schemas.NearestName;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Applies settings to a record of defaults, component by component. An invalid value becomes a
 * problem and binding continues, so that all problems are reported together.
 */
final class RecordBinder {

    /** Defaults of new entries in maps of records. */
    interface NewEntry {

        /** Defaults of the entry, or similar ones that the rest can be checked against. */
        Optional<Record> defaults(Class<?> type, Object key, Setting.Section settings);

        /** The key without which a new entry of this type has no defaults. */
        Optional<String> requiredKey(Class<?> type);
    }

    /** Durations that may be zero. */
    private static final Pattern MAY_BE_ZERO = Pattern.compile(".*(grace|pauses)(\\.\\d+)?");

    private static final Object UNUSABLE = new Object();

    private final Problems problems;
    private final NewEntry newEntry;

    RecordBinder(Problems problems, NewEntry newEntry) {
        this.problems = problems;
        this.newEntry = newEntry;
    }

    /**
     * @param defaults null: every component without a default of its own must be set
     * @param path key of the record itself, empty for the root
     * @return empty if a problem was noted
     */
    <T extends Record> Optional<T> bind(
            Class<T> type, @Nullable Record defaults, Setting.Section settings, String path) {
        return bind(type, defaults, settings, path, null);
    }

    private <T extends Record> Optional<T> bind(
            Class<T> type,
            @Nullable Record defaults,
            Setting.Section settings,
            String path,
            @Nullable Object mapKey) {
        Record base = defaults != null ? defaults : ownDefaults(type);
        var tree = new ValueKind.Tree(type);
        rejectUnknown(tree, mapKey, settings, path);
        List<@Nullable Object> values = new ArrayList<>();
        for (ValueKind.Field field : tree.fields()) {
            values.add(
                    mapKey != null && field.type() == mapKey.getClass()
                            ? mapKey
                            : component(field, base, settings, path));
        }
        if (!values.contains(UNUSABLE)) {
            Optional<T> whole = construct(type, values, settings.origin(), path, base == null);
            if (whole.isPresent() || base == null) {
                return whole;
            }
        }
        if (base != null && !checkOneByOne(tree, base, values, settings, path)) {
            construct(type, values, settings.origin(), path, true);
        }
        return Optional.empty();
    }

    /**
     * A record's own checks report only the first value that they refuse. Checking each value
     * alone, with defaults for the rest, reports all.
     *
     * @return whether problems were noted
     */
    private boolean checkOneByOne(
            ValueKind.Tree tree,
            Record base,
            List<@Nullable Object> values,
            Setting.Section settings,
            String path) {
        List<ValueKind.Field> fields = tree.fields();
        boolean told = values.contains(UNUSABLE);
        for (int i = 0; i < fields.size(); i++) {
            Setting setting = settings.entries().get(fields.get(i).key());
            Object value = values.get(i);
            if (setting == null || value == UNUSABLE) {
                continue;
            }
            List<@Nullable Object> alone = new ArrayList<>();
            for (ValueKind.Field field : fields) {
                alone.add(field.of(base));
            }
            alone.set(i, value);
            told |= construct(tree.type(), alone, setting.origin(), path, true).isEmpty();
        }
        return told;
    }

    private void rejectUnknown(
            ValueKind.Tree tree, @Nullable Object mapKey, Setting.Section settings, String path) {
        List<String> known =
                tree.fields(mapKey == null ? null : mapKey.getClass()).stream()
                        .map(ValueKind.Field::key)
                        .toList();
        settings.entries()
                .forEach((key, setting) -> {
                    if (!known.contains(key)) {
                        problems.add(
                                setting.origin(),
                                child(path, key),
                                "unknown key" + NearestName.hint(key, known));
                    }
                });
    }

    private @Nullable Object component(
            ValueKind.Field field, @Nullable Record base, Setting.Section settings, String path) {
        String key = child(path, field.key());
        Setting setting = settings.entries().get(field.key());
        if (setting != null) {
            return value(field.kind(), base == null ? null : field.of(base), setting, key, field);
        }
        return base != null ? field.of(base) : absent(field.kind(), field, settings, key);
    }

    private @Nullable Object absent(
            ValueKind kind, ValueKind.Field field, Setting.Section settings, String key) {
        return switch (kind) {
            case ValueKind.Maybe _ -> field.isNullable() ? null : Optional.empty();
            case ValueKind.Many many -> collection(many, List.of());
            case ValueKind.Keyed _ -> Map.of();
            case ValueKind.Tree tree when ownDefaults(tree.type()) != null ->
                    ownDefaults(tree.type());
            case ValueKind.Tree _, ValueKind.Single _ -> {
                problems.add(settings.origin(), key, "is missing");
                yield UNUSABLE;
            }
        };
    }

    private @Nullable Object value(
            ValueKind kind,
            @Nullable Object base,
            Setting setting,
            String key,
            ValueKind.Field field) {
        return switch (kind) {
            case ValueKind.Maybe maybe -> maybe(maybe, setting, key, field);
            case ValueKind.Single single -> single(single.type(), setting, key);
            case ValueKind.Tree tree -> tree(tree, (Record) base, setting, key);
            case ValueKind.Many many -> many(many, setting, key, field);
            case ValueKind.Keyed keyed -> keyed(keyed, base, setting, key, field);
        };
    }

    private @Nullable Object maybe(
            ValueKind.Maybe maybe, Setting setting, String key, ValueKind.Field field) {
        if (setting instanceof Setting.Nothing) {
            return field.isNullable() ? null : Optional.empty();
        }
        Object inner = value(maybe.of(), null, setting, key, field);
        return field.isNullable() || inner == UNUSABLE ? inner : Optional.ofNullable(inner);
    }

    private Object single(Class<?> type, Setting setting, String key) {
        if (!(setting instanceof Setting.Scalar(String text, String origin))) {
            return unusable(setting, key, "expected one value, found " + kindOf(setting));
        }
        try {
            Object value = ScalarReader.read(type, key, text);
            return value instanceof Duration time
                            && time.isZero()
                            && !MAY_BE_ZERO.matcher(key).matches()
                    ? unusable(setting, key, "expected more than 0, found '" + text + "'")
                    : value;
        } catch (IllegalArgumentException refused) {
            return unusable(
                    setting, key, refused.getMessage() + ", found " + Redaction.shown(key, text));
        }
    }

    private Object tree(ValueKind.Tree tree, @Nullable Record base, Setting setting, String key) {
        return switch (setting) {
            case Setting.Section section ->
                    bind(tree.type(), base, section, key).map(Object.class::cast).orElse(UNUSABLE);
            case Setting.Nothing _ when base != null -> base;
            default ->
                    unusable(setting, key, "expected keys with values, found " + kindOf(setting));
        };
    }

    private Object many(ValueKind.Many many, Setting setting, String key, ValueKind.Field field) {
        List<Setting> items =
                switch (setting) {
                    case Setting.Items list -> list.values();
                    case Setting.Nothing _ -> List.of();
                    case Setting.Scalar(String text, String origin) -> separated(text, origin);
                    case Setting.Section section -> List.of(section);
                };
        List<@Nullable Object> values = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            values.add(value(many.of(), null, items.get(i), key + "." + i, field));
        }
        return values.contains(UNUSABLE) ? UNUSABLE : collection(many, values);
    }

    /** A list in a single string, as in environment variables. */
    private static List<Setting> separated(String text, String origin) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .<Setting>map(item -> new Setting.Scalar(item, origin))
                .toList();
    }

    private static Object collection(ValueKind.Many many, List<@Nullable Object> values) {
        return many.collection() == List.class
                ? List.copyOf(values)
                : java.util.Collections.unmodifiableSet(new LinkedHashSet<>(values));
    }

    private Object keyed(
            ValueKind.Keyed keyed,
            @Nullable Object base,
            Setting setting,
            String key,
            ValueKind.Field field) {
        Map<Object, @Nullable Object> entries = new LinkedHashMap<>();
        if (base instanceof Map<?, ?> defaults) {
            defaults.forEach(entries::put);
        }
        if (!(setting instanceof Setting.Section section)) {
            return setting instanceof Setting.Nothing
                    ? entries
                    : unusable(setting, key, "expected keys with values, found " + kindOf(setting));
        }
        section.entries()
                .forEach((name, value) -> {
                    Object entryKey =
                            single(keyed.keyType(), new Setting.Scalar(name, value.origin()), key);
                    if (switchedOff(value)) {
                        entries.remove(entryKey);
                    } else {
                        entries.put(
                                entryKey,
                                entry(
                                        keyed,
                                        entries.get(entryKey),
                                        entryKey,
                                        value,
                                        child(key, name),
                                        field));
                    }
                });
        return entries.containsKey(UNUSABLE) || entries.containsValue(UNUSABLE)
                ? UNUSABLE
                : java.util.Collections.unmodifiableMap(entries);
    }

    /** An empty value or {@code off} removes an entry of a map. */
    private static boolean switchedOff(Setting value) {
        return value instanceof Setting.Nothing
                || (value instanceof Setting.Scalar(String text, String _)
                        && (text.equals("off") || text.equals("false")));
    }

    private @Nullable Object entry(
            ValueKind.Keyed keyed,
            @Nullable Object base,
            Object entryKey,
            Setting setting,
            String key,
            ValueKind.Field field) {
        if (keyed.of() instanceof ValueKind.Tree tree
                && setting instanceof Setting.Section section) {
            Record defaults =
                    newEntry.defaults(tree.type(), entryKey, section).orElse((Record) base);
            Optional<String> required = newEntry.requiredKey(tree.type());
            if (base == null
                    && required.isPresent()
                    && !section.entries().containsKey(required.get())) {
                problems.add(section.origin(), child(key, required.get()), "is missing");
                bind(tree.type(), defaults, section, key, entryKey);
                return UNUSABLE;
            }
            return bind(tree.type(), defaults, section, key, entryKey)
                    .map(Object.class::cast)
                    .orElse(UNUSABLE);
        }
        return value(keyed.of(), base, setting, key, field);
    }

    /**
     * @param tell whether a refusal is a problem to note
     */
    private <T extends Record> Optional<T> construct(
            Class<T> type,
            List<@Nullable Object> values,
            String origin,
            String path,
            boolean tell) {
        if (values.contains(UNUSABLE)) {
            return Optional.empty();
        }
        try {
            Class<?>[] types =
                    new ValueKind.Tree(type)
                            .fields().stream().map(ValueKind.Field::type).toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return Optional.of(constructor.newInstance(values.toArray()));
        } catch (InvocationTargetException refused) {
            if (!tell) {
                return Optional.empty();
            }
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            String message = String.valueOf(cause.getMessage());
            // Some records name their section themselves.
            problems.add(
                    origin,
                    path,
                    message.startsWith(path + ": ")
                            ? message.substring(path.length() + 2)
                            : message);
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be made from configuration", e);
        }
    }

    /** Result of the record's static {@code defaults()}; null without one. */
    static @Nullable Record ownDefaults(Class<? extends Record> type) {
        try {
            Method defaults = type.getDeclaredMethod("defaults");
            defaults.setAccessible(true);
            return (Record) defaults.invoke(null);
        } catch (NoSuchMethodException none) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + ".defaults()", e);
        }
    }

    private Object unusable(Setting setting, String key, String message) {
        problems.add(setting.origin(), key, message);
        return UNUSABLE;
    }

    private static String kindOf(Setting setting) {
        return switch (setting) {
            case Setting.Section _ -> "keys with values";
            case Setting.Items _ -> "a list";
            case Setting.Scalar _ -> "a single value";
            case Setting.Nothing _ -> "nothing";
        };
    }

    private static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
