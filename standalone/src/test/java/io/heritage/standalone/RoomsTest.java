package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Rooms are packages inside a module. Types that are public only because another room of the same
 * module uses them stay inside the module, and every room says what is in it.
 */
class RoomsTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final String PACKAGE_INFO = "package-info.java";

    /** Looks at the blocks of the networks one by one. */
    private static final String GOLDEN = "io.heritage.golden";

    private static final JavaClasses HERITAGE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.heritage");

    @TestFactory
    Stream<DynamicTest> othersUseTheDoorsOfAModuleOrRoomAndNothingElse() {
        return Doors.ALL.entrySet().stream()
                .map(room ->
                        DynamicTest.dynamicTest(
                                room.getKey(),
                                () ->
                                        assertThat(usedFromOutside(room.getKey()))
                                                .isEqualTo(new TreeSet<>(room.getValue()))));
    }

    private static Set<String> usedFromOutside(String module) {
        return HERITAGE.stream()
                .filter(c -> !isIn(c, moduleOf(module)) && !isIn(c, GOLDEN))
                .flatMap(c -> c.getDirectDependenciesFromSelf().stream())
                .map(Dependency::getTargetClass)
                .map(JavaClass::getBaseComponentType)
                .filter(used -> isIn(used, module))
                .map(used -> used.getName().substring(module.length() + 1).replaceAll("[$].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The networks of one module use each other. */
    private static String moduleOf(String rooms) {
        return rooms.startsWith("io.heritage.models") ? "io.heritage.models" : rooms;
    }

    private static boolean isIn(JavaClass c, String packageName) {
        return c.getPackageName().equals(packageName)
                || c.getPackageName().startsWith(packageName + ".");
    }

    @Test
    void everyRoomNamesEveryTypeInIt() throws IOException {
        List<Path> rooms =
                sources().stream()
                        .filter(file -> file.toString().endsWith(".java"))
                        .map(Path::getParent)
                        .distinct()
                        .toList();
        assertThat(rooms).hasSizeGreaterThan(30);
        assertThat(rooms).allSatisfy(RoomsTest::namesItsTypes);
    }

    /** Not what other modules build meanwhile, which comes and goes. */
    private static List<Path> sources() throws IOException {
        List<Path> roots;
        try (Stream<Path> modules = Files.list(REPOSITORY)) {
            roots =
                    modules.map(module -> module.resolve("src/main/java"))
                            .filter(Files::isDirectory)
                            .toList();
        }
        List<Path> all = new ArrayList<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.forEach(all::add);
            }
        }
        return all;
    }

    private static void namesItsTypes(Path room) throws IOException {
        Path info = room.resolve(PACKAGE_INFO);
        assertThat(info).exists();
        Set<String> named =
                Pattern.compile("\\b[A-Z]\\w*")
                        .matcher(Files.readString(info))
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(room)) {
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".java"))
                                    .filter(name -> !name.equals(PACKAGE_INFO))
                                    .map(name -> name.substring(0, name.length() - 5)))
                    .as("%s names every type of its package", info)
                    .isSubsetOf(named);
        }
    }
}
