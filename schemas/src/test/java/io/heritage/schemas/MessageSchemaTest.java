package io.heritage.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema of the topics' messages, which other languages read, against the records. */
class MessageSchemaTest {
    private static final JsonNode DOCUMENT = document();
    private static final JsonSchema ANY =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(DOCUMENT);

    /** A record, its definition and what the JSON has besides its components. */
    record Described(Class<?> record, String definition, Set<String> besides) {
        @Override
        public String toString() {
            return definition;
        }
    }

    static Stream<Described> described() {
        return Stream.of(
                        Stream.of(
                                new Described(Job.class, "Job", Set.of()),
                                new Described(Payload.class, "Payload", Set.of()),
                                new Described(ExecutionPolicy.class, "ExecutionPolicy", Set.of()),
                                new Described(WorkerStatus.class, "WorkerStatus", Set.of()),
                                new Described(StoredMedia.class, "StoredMedia", Set.of()),
                                new Described(Division.class, "Division", Set.of()),
                                new Described(JobPart.class, "JobPart", Set.of())),
                        kinds(MediaRef.class, "MediaRef%s", "in"),
                        kinds(JobEvent.class, "%s", "type"),
                        kinds(Command.class, "%sCommand", "type"),
                        kinds(Control.class, "%sControl", "type"),
                        kinds(JobPart.Task.class, "JobPart%s", "type"),
                        kinds(Batch.class, "Batch%s", "is"),
                        kinds(PartNews.class, "PartNews%s", "is"))
                .flatMap(all -> all);
    }

    private static Stream<Described> kinds(Class<?> type, String name, String discriminator) {
        return Arrays.stream(type.getPermittedSubclasses())
                .flatMap(MessageSchemaTest::records)
                .map(kind ->
                        new Described(
                                kind, name.formatted(kind.getSimpleName()), Set.of(discriminator)));
    }

    private static Stream<Class<?>> records(Class<?> kind) {
        return kind.isInterface() ? Arrays.stream(kind.getPermittedSubclasses()) : Stream.of(kind);
    }

    @ParameterizedTest
    @MethodSource("described")
    void everyFieldOfARecordIsInItsDefinition(Described described) {
        Set<String> fields =
                Arrays.stream(described.record().getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        fields.addAll(described.besides());
        JsonNode definition = definition(described.definition());
        assertThat(names(definition.path("properties"))).isEqualTo(fields);
        assertThat(fields).containsAll(texts(definition.path("required")));
    }

    /** What may be absent is what may be null. */
    @ParameterizedTest
    @MethodSource("described")
    void whatIsNeverNullIsRequired(Described described) {
        Set<String> required =
                Arrays.stream(described.record().getRecordComponents())
                        .filter(component -> !isNullable(component))
                        .map(RecordComponent::getName)
                        .collect(Collectors.toCollection(TreeSet::new));
        required.addAll(described.besides());
        assertThat(new TreeSet<>(texts(definition(described.definition()).path("required"))))
                .isEqualTo(required);
    }

    private static boolean isNullable(RecordComponent component) {
        return component
                .getAnnotatedType()
                .isAnnotationPresent(org.jspecify.annotations.Nullable.class);
    }

    @Test
    void everyKindOfASealedMessageIsNamed() {
        for (Class<?> type :
                List.of(
                        JobEvent.class,
                        Command.class,
                        Control.class,
                        PartNews.class,
                        Batch.class,
                        MediaRef.class)) {
            Set<String> written =
                    Arrays.stream(
                                    Objects.requireNonNull(type.getAnnotation(JsonSubTypes.class))
                                            .value())
                            .map(JsonSubTypes.Type::name)
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(constants(definition(type.getSimpleName()))).isEqualTo(written);
        }
    }

    private static Set<String> constants(JsonNode union) {
        var names = new TreeSet<String>();
        for (JsonNode one : union.path("oneOf")) {
            String ref = one.path("$ref").textValue();
            JsonNode properties =
                    definition(ref.substring(ref.lastIndexOf('/') + 1)).path("properties");
            Stream.of("type", "in", "is")
                    .filter(properties::has)
                    .forEach(kind -> names.add(properties.at("/" + kind + "/const").asText()));
        }
        return names;
    }

    static Stream<WireTest.Sample> messages() {
        return WireTest.samples().filter(sample -> !(sample.message() instanceof JobRecord));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void everyMessageIsAsItsSchemaSays(WireTest.Sample sample) throws IOException {
        JsonNode written = Wire.json().readTree(Wire.encode(sample.message()));
        assertThat(ANY.validate(written)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aMessageThatLacksAFieldIsNot(WireTest.Sample sample) throws IOException {
        ObjectNode written = (ObjectNode) Wire.json().readTree(Wire.encode(sample.message()));
        for (String field : List.of("at", "submittedAt", "begunAt", "event", "job")) {
            ObjectNode without = written.deepCopy();
            if (without.remove(field) != null) {
                assertThat(ANY.validate(without)).as(field).isNotEmpty();
            }
        }
    }

    @Test
    void enumsHaveAllTheirValues() {
        assertThat(texts(definition("Job").at("/properties/kind/enum")))
                .isEqualTo(
                        Arrays.stream(EndpointKind.values()).map(EndpointKind::wireName).toList());
        assertThat(texts(definition("Job").at("/properties/reply/enum")))
                .isEqualTo(Arrays.stream(ReplyShape.values()).map(ReplyShape::wireName).toList());
        assertThat(texts(definition("WorkerStatus").at("/properties/phase/enum")))
                .isEqualTo(
                        Arrays.stream(WorkerStatus.Phase.values())
                                .map(WorkerStatus.Phase::wireName)
                                .toList());
    }

    private static JsonNode definition(String name) {
        JsonNode found = DOCUMENT.path("$defs").path(name);
        assertThat(found.isObject()).as("definition of %s", name).isTrue();
        return found;
    }

    private static Set<String> names(JsonNode object) {
        var names = new TreeSet<String>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> texts(JsonNode array) {
        return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
                .map(i -> array.get(i).asText())
                .toList();
    }

    private static JsonNode document() {
        try (InputStream in = Wire.class.getResourceAsStream("messages.schema.json")) {
            return Wire.json().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
