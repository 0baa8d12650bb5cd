package io.heritage.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every citation and every link of the repository resolves; no line of Markdown is too long. */
class CitationsTest {
    @TempDir private Path repository;

    @BeforeEach
    void aDocumentWithTwoSectionsAndAnAppendix() throws IOException {
        write(
                "docs/spec/paper.md",
                "# Paper",
                "",
                "## 1. First",
                "",
                "### 1.2 Part of it",
                "",
                "## Appendix A. More");
    }

    private void write(String file, String... lines) throws IOException {
        Path path = repository.resolve(file);
        Files.createDirectories(path.getParent());
        Files.write(path, List.of(lines));
    }

    @Test
    void everyCitationOfTheRepositoryResolves() throws IOException {
        assertThat(Citations.problemsIn(Path.of(".."))).isEmpty();
    }

    @Test
    void citationsThatResolveAreNoProblem() throws IOException {
        write(
                "src/Good.java",
                "/**",
                " * A thing (docs/spec/paper.md,",
                " * section 1.2) and {@code docs/spec/paper.md}, sections 1 and 1.2.",
                " */",
                "// docs/spec/paper.md, appendix A; RFC 9562, section 5.7; PNG specification,"
                        + " section 9");
        write("README.md", "[the paper](docs/spec/paper.md), `docs/spec/paper.md`, section 1.");

        assertThat(Citations.problemsIn(repository)).isEmpty();
    }

    @Test
    void aDocumentThatDoesNotExistIsFoundInEveryKindOfSource() throws IOException {
        write("src/Bad.java", "", "// see docs/spec/missing.md");
        write("src/bad.py", "# see docs/missing.md, section 3");
        write("bad", "#!/bin/sh", "", "# docs/gone.md");
        write("docs/page.md", "See `docs/none.md`.");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "bad:3: 'docs/gone.md' names a document that does not exist",
                        "docs/page.md:1: 'docs/none.md' names a document that does not exist",
                        "src/Bad.java:2: 'docs/spec/missing.md' names a document that does not"
                                + " exist",
                        "src/bad.py:1: 'docs/missing.md, section 3' names a document that does not"
                                + " exist");
    }

    @Test
    void aSectionThatDoesNotExistIsFoundAlsoBehindABreakOfTheLine() throws IOException {
        write(
                "src/Bad.java",
                "/**",
                " * A thing; docs/spec/paper.md,",
                " * sections 1 and 7.1.",
                " */");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "src/Bad.java:2: 'docs/spec/paper.md, sections 1 and 7.1' names a section"
                                + " that does not exist: 7.1");
    }

    @Test
    void aSectionOfNoNamedDocumentIsFound() throws IOException {
        write(
                "src/Bad.java",
                "/** RunPod contract, section 1.7. */",
                "// Wan specification,",
                "// sections 1, 10",
                "// (SeedVR API, \"Common Errors\")");
        write("src/bad.py", "# spec paper.md 4.2", "# (spec 1.6)", "# spec/flops.py");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "src/Bad.java:1: 'section 1.7' names no document",
                        "src/Bad.java:3: 'sections 1, 10' names no document",
                        "src/Bad.java:4: 'API, \"Common Errors\"' is no document of the repository",
                        "src/bad.py:1: 'spec paper.md' is no document of the repository",
                        "src/bad.py:2: 'spec 1' is no document of the repository",
                        "src/bad.py:3: 'spec/flops.py' is no document of the repository");
    }

    @Test
    void aJavadocThatBeginsWithOfIsFound() throws IOException {
        write("src/Bad.java", "/** Of one job. */", "/**", " * Of all.", " */");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "src/Bad.java:1: a Javadoc begins with 'Of'",
                        "src/Bad.java:3: a Javadoc begins with 'Of'");
    }

    @Test
    void aPageThatNamesASectionOfItsOwnHasIt() throws IOException {
        write("docs/page.md", "## 1. One", "", "See section 1 and section 2.");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "docs/page.md:3: 'section 2' names a section that does not exist: 2");
    }

    @Test
    void aLinkToNothingIsFoundAndTheWebIsNotAsked() throws IOException {
        write(
                "docs/page.md",
                "[there](spec/paper.md#1-first), [web](https://example.com/none)",
                "[not there](../README.md)");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "docs/page.md:2: '[not there](../README.md)' links to a file that does not"
                                + " exist");
    }

    @Test
    void aNamedLinkHasATargetThatExists() throws IOException {
        write(
                "docs/page.md",
                "[Paper] is there, [Gone] is not, [Missing] leads nowhere.",
                "",
                "[Paper]: spec/paper.md",
                "[Gone]: spec/gone.md");

        assertThat(Citations.problemsIn(repository))
                .containsExactly(
                        "docs/page.md:4: '[Gone]: spec/gone.md' links to a file that does not"
                                + " exist",
                        "docs/page.md:1: '[Missing]' has no target in the document");
    }

    @Test
    void aLineOfMarkdownBeyond160CharactersIsFound() throws IOException {
        write("docs/page.md", "ä".repeat(160), "ä".repeat(161));

        assertThat(Citations.problemsIn(repository))
                .containsExactly("docs/page.md:2: the line has 161 characters, at most 160");
    }

    @Test
    void builtFilesAreNotLookedAt() throws IOException {
        write("models/target/copy.md", "docs/none.md");

        assertThat(Citations.problemsIn(repository)).isEmpty();
    }
}
