package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whoever adds a library says under which licence it comes. */
class ThirdPartyNoticesTest {
    private static final Path DEPENDENCIES = Path.of("target/runtime-dependencies.txt");
    private static final Path NOTICES = Path.of("../THIRD-PARTY-NOTICES.md");
    private static final Pattern DEPENDENCY = Pattern.compile("(?m)^\\s+([\\w.-]+):[\\w.-]+:jar:");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (`[\\w., `-]+`)[^|]*\\| [^|]+ \\|$");
    private static final Pattern GROUP = Pattern.compile("`([\\w.-]+)`");

    @Test
    void everyGroupOfTheProgramHasItsLicenceAndNoOther() throws IOException {
        Set<String> used = groups(DEPENDENCY, Files.readString(DEPENDENCIES));
        used.remove("io.heritage");
        assertThat(used).hasSizeGreaterThan(30);
        String rows =
                ROW.matcher(Files.readString(NOTICES))
                        .results()
                        .map(row -> row.group(1))
                        .collect(Collectors.joining("\n"));
        Set<String> listed = groups(GROUP, rows);
        assertThat(used).allMatch(group -> listed.stream().anyMatch(l -> covers(l, group)));
        assertThat(listed).allMatch(l -> used.stream().anyMatch(group -> covers(l, group)));
    }

    private static boolean covers(String listed, String group) {
        return (group + ".").startsWith(listed + ".");
    }

    private static Set<String> groups(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult found) -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
