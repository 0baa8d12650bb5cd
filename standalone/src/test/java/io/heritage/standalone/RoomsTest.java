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

    /** A link to a type, or to a type inside it. */
    private static final Pattern LINKED_TYPE =
            Pattern.compile("\\{@link(?:plain)? (io\\.heritage\\.[a-z0-9.]*[A-Z]\\w*)");

    /** {@code ImageProbe} alone, not {@code HERITAGE_DATA} nor {@code Retry-After}. */
    private static final Pattern NAMED_TYPE = Pattern.compile("\\{@code ([A-Z]\\w*[a-z]\\w*)}");

    /** What package-infos name of Java itself. */
    private static final Set<String> FOREIGN = Set.of("Error", "IOException");

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
    void everyRoomListsEveryTypeInIt() throws IOException {
        List<Path> rooms =
                MainSources.of(REPOSITORY).stream().map(Path::getParent).distinct().toList();
        assertThat(rooms).hasSizeGreaterThan(30);
        assertThat(rooms).allSatisfy(RoomsTest::listsItsTypes);
    }

    private static void listsItsTypes(Path room) throws IOException {
        Path info = room.resolve(MainSources.PACKAGE_INFO);
        String text = Files.readString(info);
        assertThat(text).as("%s has a list", info).contains("<ol>", "</ol>");
        Set<String> named =
                Pattern.compile("\\b[A-Z]\\w*")
                        .matcher(listOf(text))
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(room)) {
            assertThat(
                            files.map(file -> file.getFileName().toString())
                                    .filter(name -> name.endsWith(".java"))
                                    .filter(name -> !name.equals(MainSources.PACKAGE_INFO))
                                    .map(name -> name.substring(0, name.length() - 5)))
                    .as("%s lists every type of its package", info)
                    .isSubsetOf(named);
        }
    }

    /** The types in the order a job meets them; what is said around the list does not count. */
    private static String listOf(String info) {
        return info.substring(info.indexOf("<ol>"), info.indexOf("</ol>"));
    }

    @Test
    void noRoomNamesATypeThatDoesNotExist() throws IOException {
        Set<String> types =
                MainSources.types(REPOSITORY).stream()
                        .map(MainSources::typeName)
                        .collect(Collectors.toSet());
        Set<String> names =
                Stream.concat(types.stream().map(RoomsTest::simpleName), FOREIGN.stream())
                        .collect(Collectors.toSet());
        List<Path> infos =
                MainSources.of(REPOSITORY).stream()
                        .filter(file -> file.endsWith(MainSources.PACKAGE_INFO))
                        .toList();

        assertThat(infos).hasSizeGreaterThan(30);
        assertThat(infos)
                .allSatisfy(info -> {
                    String text = withoutMargin(Files.readString(info));
                    assertThat(namesIn(LINKED_TYPE, text)).isSubsetOf(types);
                    assertThat(namesIn(NAMED_TYPE, text)).isSubsetOf(names);
                });
    }

    private static String simpleName(String type) {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** A comment's text, in which a tag may be wrapped. */
    private static String withoutMargin(String text) {
        return text.replaceAll("\\s*\\n \\*\\s*", " ");
    }

    private static Set<String> namesIn(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
