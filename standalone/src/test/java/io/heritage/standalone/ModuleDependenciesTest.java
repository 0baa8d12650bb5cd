package io.heritage.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table of modules in docs/architecture.md, and that packages do not go in circles. */
class ModuleDependenciesTest {
    private static final JavaClasses HERITAGE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.heritage");

    /** What every module may use beside the table: the JDK, annotations, the logging facade. */
    private static final List<String> EVERYWHERE =
            List.of("java", "javax", "jdk", "org.jspecify", "org.slf4j");

    private static final String SCHEMAS = "io.heritage.schemas";
    private static final String OBSERVE = "io.heritage.observe";
    private static final String TRANSPORT = "io.heritage.transport";
    private static final String MEDIA = "io.heritage.media";
    private static final String MODELS = "io.heritage.models";
    private static final String GOLDEN = "io.heritage.golden";
    private static final String JACKSON = "com.fasterxml.jackson";
    private static final String HTTP = "io.heritage.http";
    private static final String CONSOLE = "io.heritage.console";
    private static final String HELIDON = "io.helidon";
    private static final String KAFKA_CLIENTS = "org.apache.kafka.c"; // clients, common
    private static final String KAFKA = "org.apache.kafka";

    /** Each module, and all the packages it may use. */
    private static final List<Module> MODULES =
            List.of(
                    new Module(SCHEMAS, JACKSON),
                    new Module(OBSERVE, "io.micrometer", "io.opentelemetry"),
                    new Module(
                            TRANSPORT,
                            SCHEMAS,
                            OBSERVE,
                            KAFKA,
                            "kafka",
                            JACKSON,
                            "software.amazon.awssdk",
                            "org.apache.hc"),
                    new Module(MEDIA, SCHEMAS, "org.bytedeco"),
                    new Module(MODELS, SCHEMAS, "ai.djl", JACKSON),
                    new Module(GOLDEN, SCHEMAS, MODELS, "ai.djl", JACKSON),
                    new Module(HTTP, HELIDON),
                    new Module(CONSOLE, HELIDON),
                    new Module(
                            "io.heritage.gateway",
                            SCHEMAS,
                            OBSERVE,
                            TRANSPORT,
                            HTTP,
                            CONSOLE,
                            JACKSON,
                            HELIDON),
                    new Module(
                            "io.heritage.processor",
                            SCHEMAS,
                            OBSERVE,
                            TRANSPORT,
                            MEDIA,
                            MODELS,
                            HTTP,
                            JACKSON,
                            "software.amazon.awssdk",
                            "org.apache.hc"),
                    new Module(
                            "io.heritage.sink",
                            SCHEMAS,
                            OBSERVE,
                            TRANSPORT,
                            MEDIA,
                            HTTP,
                            JACKSON,
                            HELIDON,
                            KAFKA_CLIENTS,
                            "org.apache.kafka.streams"),
                    new Module(
                            "io.heritage.standalone",
                            "io.heritage",
                            JACKSON,
                            "picocli",
                            "ch.qos.logback",
                            "sun.misc",
                            "com.sun.management",
                            "org.rocksdb"));

    @TestFactory
    Stream<DynamicTest> eachModuleUsesOnlyWhatItsRowInTheTableAllows() {
        return MODULES.stream()
                .map(module ->
                        DynamicTest.dynamicTest(
                                module.root(),
                                () ->
                                        classes()
                                                .that()
                                                .resideInAPackage(module.root() + "..")
                                                .should()
                                                .onlyDependOnClassesThat(module.allowed())
                                                .check(HERITAGE)));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.heritage.(**)").should().beFreeOfCycles().check(HERITAGE);
    }

    @Test
    void everyClassBelongsToAModuleOfTheTable() {
        Set<String> roots = Set.copyOf(MODULES.stream().map(Module::root).toList());
        assertThat(HERITAGE)
                .isNotEmpty()
                .allMatch(c -> roots.stream().anyMatch(root -> isIn(c, root)));
        assertThat(roots)
                .as("modules without classes would make the rules vacuous")
                .allMatch(root -> HERITAGE.stream().anyMatch(c -> isIn(c, root)));
    }

    private static boolean isIn(JavaClass c, String prefix) {
        String name = c.getPackageName();
        return name.equals(prefix)
                || name.startsWith(prefix + ".")
                || (prefix.equals(KAFKA_CLIENTS) && name.startsWith(prefix));
    }

    private record Module(String root, Collection<String> uses) {
        Module(String root, String... uses) {
            this(root, List.of(uses));
        }

        DescribedPredicate<JavaClass> allowed() {
            var prefixes = new ArrayList<>(EVERYWHERE);
            prefixes.add(root);
            prefixes.addAll(uses);
            return DescribedPredicate.describe(
                    "are in " + prefixes,
                    c ->
                            c.getBaseComponentType().isPrimitive()
                                    || prefixes.stream()
                                            .anyMatch(p -> isIn(c.getBaseComponentType(), p)));
        }
    }
}
