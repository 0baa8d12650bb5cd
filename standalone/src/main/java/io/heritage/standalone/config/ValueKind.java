package io.heritage.standalone.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Form of a record component in a configuration. */
sealed interface ValueKind {

    /** One value in one string. */
    record Single(Class<?> type) implements ValueKind {}

    /** A record: keys with values. */
    record Tree(Class<? extends Record> type) implements ValueKind {

        /** All keys except those that the key of a surrounding map already defines. */
        List<Field> fields(@Nullable Class<?> keyType) {
            return fields().stream().filter(field -> field.type() != keyType).toList();
        }

        List<Field> fields() {
            return Arrays.stream(type.getRecordComponents()).map(Field::new).toList();
        }
    }

    /** A list or set. */
    record Many(Class<?> collection, ValueKind of) implements ValueKind {}

    /** A map with free keys. */
    record Keyed(Class<?> keyType, ValueKind of) implements ValueKind {}

    /** An optional or nullable value. */
    record Maybe(ValueKind of) implements ValueKind {}

    /** One key of a record. */
    record Field(RecordComponent component) {

        String key() {
            return component
                    .getName()
                    .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
                    .toLowerCase(Locale.ROOT);
        }

        Class<?> type() {
            return component.getType();
        }

        ValueKind kind() {
            ValueKind kind = ValueKind.of(component.getGenericType());
            return isNullable() ? new Maybe(kind) : kind;
        }

        boolean isNullable() {
            return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
        }

        @Nullable Object of(Record holder) {
            try {
                var accessor = component.getAccessor();
                accessor.setAccessible(true);
                return accessor.invoke(holder);
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("cannot read " + component, e);
            }
        }
    }

    static ValueKind of(Type type) {
        if (type instanceof ParameterizedType generic) {
            return ofGeneric(generic);
        }
        Class<?> plain = type == Integer.class ? int.class : (Class<?>) type;
        if (ScalarReader.reads(plain)) {
            return new Single(plain);
        }
        if (plain.isRecord()) {
            return new Tree(plain.asSubclass(Record.class));
        }
        throw new IllegalArgumentException("no way to configure a " + type.getTypeName());
    }

    private static ValueKind ofGeneric(ParameterizedType generic) {
        Type[] arguments = generic.getActualTypeArguments();
        Class<?> raw = (Class<?>) generic.getRawType();
        if (raw == Optional.class) {
            return new Maybe(of(arguments[0]));
        } else if (raw == List.class || raw == Set.class) {
            return new Many(raw, of(arguments[0]));
        } else if (Map.class.isAssignableFrom(raw)) {
            return new Keyed((Class<?>) arguments[0], of(arguments[1]));
        }
        throw new IllegalArgumentException("no way to configure a " + generic.getTypeName());
    }
}
