package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** docs/architecture.md walks a request past every type that it meets, and links each. */
class ArchitecturePageTest {
    private static final Path REPOSITORY = Path.of("..");

    /** Packages that the page sums up by a link to their package-info, and why. */
    private static final Map<String, String> SUMMED_UP =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("io.heritage.standalone.cli", "the tree of commands"),
                            Map.entry("io.heritage.standalone.cli.command", "what commands share"),
                            Map.entry("io.heritage.standalone.cli.files", "commands on files"),
                            Map.entry("io.heritage.standalone.cli.install", "commands to install"),
                            Map.entry("io.heritage.standalone.cli.jobs", "commands that ask"),
                            Map.entry("io.heritage.standalone.cli.services", "commands to start"),
                            Map.entry("io.heritage.standalone.client", "a client of any server"),
                            Map.entry("io.heritage.standalone.compare", "one command's work"),
                            Map.entry("io.heritage.standalone.download", "before any request"),
                            Map.entry("io.heritage.standalone.gpu", "before any request"),
                            Map.entry("io.heritage.standalone.logging", "beside all requests"),
                            Map.entry("io.heritage.standalone.output", "files of commands"),
                            Map.entry("io.heritage.standalone.progress", "a terminal's view"),
                            Map.entry("io.heritage.standalone.scratch", "before any request"),
                            Map.entry("io.heritage.benchmarks", "no part of the product"),
                            Map.entry("io.heritage.chaos", "no part of the product"),
                            Map.entry("io.heritage.golden", "no part of the product")));

    /** A line such as {@code [Job]: ../schemas/src/main/java/io/heritage/schemas/Job.java}. */
    private static final Pattern TARGET = Pattern.compile("(?m)^\\[(\\w+)]: \\.\\./(\\S+\\.java)$");

    private static final Pattern LINK = Pattern.compile("]\\(\\.\\./([^)#\\s]+\\.java)\\)");
    private static final Pattern ROOM =
            Pattern.compile("io\\.heritage\\.\\w+\\.(?:\\w+\\.)*(\\w+)");

    @Test
    void everyTypeThatARequestMeetsIsLinked() throws IOException {
        Set<String> linked = linkedFrom(page());
        List<String> met =
                MainSources.types(REPOSITORY).stream()
                        .filter(file -> !SUMMED_UP.containsKey(packageOf(file)))
                        .map(ArchitecturePageTest::inRepository)
                        .toList();

        assertThat(met).hasSizeGreaterThan(700);
        assertThat(met.stream().filter(file -> !linked.contains(file)))
                .as("types that the page does not link")
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> aPackageThatIsSummedUpIsLinked() throws IOException {
        Set<String> linked = linkedFrom(page());
        Map<String, String> infos =
                MainSources.of(REPOSITORY).stream()
                        .filter(file -> file.endsWith(MainSources.PACKAGE_INFO))
                        .collect(
                                Collectors.toMap(
                                        ArchitecturePageTest::packageOf,
                                        ArchitecturePageTest::inRepository));
        return SUMMED_UP.entrySet().stream()
                .map(summed ->
                        DynamicTest.dynamicTest(
                                summed.getKey() + ": " + summed.getValue(),
                                () ->
                                        assertThat(linked)
                                                .contains(
                                                        infos.getOrDefault(
                                                                summed.getKey(),
                                                                "no such package"))));
    }

    @Test
    void aNameLeadsToOneType() throws IOException {
        assertThat(targets(page()).stream().map(target -> target.group(1))).doesNotHaveDuplicates();
    }

    @Test
    void theTableOfRoomsHasEveryRoom() throws IOException {
        String page = page();
        String rooms = page.substring(page.indexOf("\n## Rooms\n"));
        String table = rooms.substring(0, rooms.indexOf("\n## ", 1));

        assertThat(
                        MainSources.types(REPOSITORY).stream()
                                .map(ArchitecturePageTest::packageOf)
                                .distinct()
                                .flatMap(name -> ROOM.matcher(name).results())
                                .map(room -> "`" + room.group(1) + "`"))
                .hasSizeGreaterThan(30)
                .allSatisfy(room -> assertThat(table).contains(room));
    }

    @Test
    void aTargetThatTheTextDoesNotNameIsNoLink() {
        assertThat(
                        linkedFrom(
                                """
                                [Job] is there, [room](../b/package-info.java) too.

                                [Job]: ../a/Job.java
                                [Lane]: ../a/Lane.java
                                """))
                .containsExactlyInAnyOrder("a/Job.java", "b/package-info.java");
    }

    private static String page() throws IOException {
        return Files.readString(REPOSITORY.resolve("docs/architecture.md"));
    }

    private static Set<String> linkedFrom(String page) {
        String text = TARGET.matcher(page).replaceAll("");
        Set<String> linked =
                targets(page).stream()
                        .filter(target -> text.contains("[" + target.group(1) + "]"))
                        .map(target -> target.group(2))
                        .collect(Collectors.toCollection(TreeSet::new));
        LINK.matcher(text).results().map(link -> link.group(1)).forEach(linked::add);
        return linked;
    }

    private static List<MatchResult> targets(String page) {
        return TARGET.matcher(page).results().toList();
    }

    private static String inRepository(Path file) {
        return REPOSITORY.relativize(file).toString().replace('\\', '/');
    }

    private static String packageOf(Path file) {
        String type = MainSources.typeName(file);
        return type.substring(0, type.lastIndexOf('.'));
    }
}
