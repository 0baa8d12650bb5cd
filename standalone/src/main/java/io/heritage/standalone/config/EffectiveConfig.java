package io.heritage.standalone.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A configuration as YAML that can be read back, except its secrets. */
public final class EffectiveConfig {
    private static final String INDENT = "  ";

    private final StringBuilder yaml = new StringBuilder();

    private EffectiveConfig() {}

    public static String yaml(Record config) {
        var printed = new EffectiveConfig();
        printed.tree(new ValueKind.Tree(config.getClass()), config, null, "", "");
        return printed.yaml.toString();
    }

    private void tree(
            ValueKind.Tree tree,
            Record config,
            @Nullable Class<?> mapKeyType,
            String path,
            String indent) {
        for (ValueKind.Field field : tree.fields(mapKeyType)) {
            Object value = field.of(config);
            if (value != null) {
                entry(field.key(), value, path + "." + field.key(), indent);
            }
        }
    }

    private void entry(String key, Object value, String path, String indent) {
        switch (value) {
            case Optional<?> maybe ->
                    maybe.ifPresent(inner -> entry(key, (Object) inner, path, indent));
            case Map<?, ?> map -> map(key, map, path, indent);
            case Collection<?> many when many.stream().anyMatch(EffectiveConfig::isTree) ->
                    list(key, many, path, indent);
            case Record inner when isTree(inner) -> {
                line(indent, key, "");
                tree(new ValueKind.Tree(inner.getClass()), inner, null, path, indent + INDENT);
            }
            default -> line(indent, key, " " + scalar(path, value));
        }
    }

    private void map(String key, Map<?, ?> map, String path, String indent) {
        line(indent, key, map.isEmpty() ? " {}" : "");
        map.forEach((name, value) -> {
            String inner = path + "." + name;
            if (value instanceof Record entry && isTree(entry)) {
                line(indent + INDENT, String.valueOf(name), "");
                tree(
                        new ValueKind.Tree(entry.getClass()),
                        entry,
                        name.getClass(),
                        inner,
                        indent + INDENT + INDENT);
            } else {
                line(indent + INDENT, String.valueOf(name), " " + scalar(inner, value));
            }
        });
    }

    private void list(String key, Collection<?> many, String path, String indent) {
        line(indent, key, "");
        for (Object one : many) {
            if (one instanceof Record item) {
                yaml.append(indent).append(INDENT).append("-\n");
                tree(
                        new ValueKind.Tree(item.getClass()),
                        item,
                        null,
                        path,
                        indent + INDENT + INDENT);
            }
        }
    }

    private void line(String indent, String key, String value) {
        yaml.append(indent).append(key).append(':').append(value).append('\n');
    }

    private static boolean isTree(Object value) {
        return value instanceof Record && !ScalarReader.isName(value.getClass());
    }

    private static String scalar(String path, Object value) {
        String text = ConfigKey.show(path, value);
        if (Redaction.isSecret(path) && !text.isEmpty()) {
            return "'(not shown)'";
        }
        if (value instanceof Collection<?>) {
            return text.isEmpty() ? "[]" : "[" + text + "]";
        }
        return text.matches("[A-Za-z0-9_./][A-Za-z0-9_./:+-]*") && !text.endsWith(":")
                ? text
                : "'" + text.replace("'", "''") + "'";
    }
}
