package io.heritage.standalone;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Finds what the sources and documents of a repository say about its documents and is not so:
 * citations such as {@code docs/spec/runpod.md, section 1.2}, sections of a document that is not
 * named, relative links of Markdown, and lines of Markdown that are too long.
 */
final class Citations {
    private static final int LONGEST_LINE = 160;
    private static final Set<String> ENDINGS =
            Set.of("java", "py", "md", "sh", "mjs", "yaml", "yml", "xml");
    private static final Set<String> NOT_SOURCES =
            Set.of(
                    ".git",
                    "target",
                    "data",
                    "ckpts",
                    "cuda",
                    "node_modules",
                    "__pycache__",
                    "shared");

    /** Its text holds mistakes on purpose. */
    private static final String OWN_TEST = "CitationsTest.java";

    private static final String NUMBER = "(?:\\d+(?:\\.\\d+)*|[A-Z]\\b)";
    private static final String BETWEEN = "(?:, and |, | and | to )";
    private static final String SECTIONS =
            "(?:sections?|appendix) (%s(?:%s%1$s)*)".formatted(NUMBER, BETWEEN);
    private static final Pattern CITATION =
            Pattern.compile(
                    "(?<![\\w/.])(docs/[\\w/-]+\\.md)(?:[`}\"')]{0,2},? %s)?".formatted(SECTIONS));

    /** Neither a document of ours stands before it nor a standard that is cited by itself. */
    private static final Pattern LONE_SECTION =
            Pattern.compile(
                    "(?<!\\.md[`}\"')]{0,2},? )(?<!RFC \\d{4}, )(?<!PNG specification, )\\b"
                            + SECTIONS);

    private static final Pattern UNKNOWN_DOCUMENT =
            Pattern.compile(
                    "(?<!docs/)\\bspec/[\\w-]+\\.(?:md|py)|\\bspec (?:[\\w-]+\\.md|\\d)"
                            + "|\\bAPI, \"[A-Z][^\"]*\"");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s#]+)[^)\\s]*\\)");

    /** Links that a document writes as {@code [Name]}, and the lines that say where they lead. */
    private static final Pattern NAMED_LINK =
            Pattern.compile("(?<![\\w`])\\[([A-Z]\\w*[a-z]\\w*)](?!\\(|: \\S*[/.]\\S)");

    private static final Pattern NAMED_TARGET = Pattern.compile("\\[([^\\]]+)]: (\\S*[/.]\\S+)");

    private static final Pattern HEADING =
            Pattern.compile("^#+ (?:Appendix )?(%s)\\.?(?: .*)?$".formatted(NUMBER));

    private final Path root;
    private final List<String> problems = new ArrayList<>();

    private Citations(Path root) {
        this.root = root;
    }

    /** Each as {@code FILE:LINE: 'TEXT' what is wrong}. */
    static List<String> problemsIn(Path root) throws IOException {
        var citations = new Citations(root);
        for (Path file : sources(root)) {
            citations.check(file);
        }
        return citations.problems;
    }

    private static List<Path> sources(Path root) throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) {
                        return NOT_SOURCES.contains(name(folder))
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        if (attributes.isRegularFile() && isSource(file)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Collections.sort(found);
        return found;
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** A script has no ending and begins with its interpreter. */
    private static boolean isSource(Path file) throws IOException {
        String name = name(file);
        int dot = name.lastIndexOf('.');
        if (dot >= 0) {
            return ENDINGS.contains(name.substring(dot + 1)) && !name.equals(OWN_TEST);
        }
        try (var in = Files.newInputStream(file)) {
            return name.equals("Dockerfile") || (in.read() == '#' && in.read() == '!');
        }
    }

    private void check(Path file) throws IOException {
        SourceText text = SourceText.of(root, file);
        checkCitations(text);
        if (text.isMarkdown()) {
            for (MatchResult found : text.found(LONE_SECTION)) {
                checkSections(text, found, file, found.group(1));
            }
            checkLinks(text, file);
            checkLines(text);
        } else {
            text.found(LONE_SECTION).forEach(found -> report(text, found, "names no document"));
            text.found(UNKNOWN_DOCUMENT)
                    .forEach(found -> report(text, found, "is no document of the repository"));
            checkJavadoc(text);
        }
    }

    /** "Of one job" leaves to the reader what it is that belongs to the job. */
    private void checkJavadoc(SourceText text) {
        boolean begins = false;
        for (int i = 0; i < text.lines().size(); i++) {
            String line = text.lines().get(i).strip();
            if (line.startsWith("/** Of ") || (begins && line.startsWith("* Of "))) {
                problems.add("%s:%d: a Javadoc begins with 'Of'".formatted(text.name(), i + 1));
            }
            begins = line.equals("/**");
        }
    }

    private void checkCitations(SourceText text) throws IOException {
        for (MatchResult found : text.found(CITATION)) {
            Path document = root.resolve(found.group(1));
            if (!Files.isRegularFile(document)) {
                report(text, found, "names a document that does not exist");
            } else if (found.group(2) != null) {
                checkSections(text, found, document, found.group(2));
            }
        }
    }

    private void checkSections(SourceText text, MatchResult found, Path document, String numbers)
            throws IOException {
        Set<String> headings = headings(document);
        for (String number : numbers.split(BETWEEN)) {
            if (!headings.contains(number)) {
                report(text, found, "names a section that does not exist: " + number);
            }
        }
    }

    private static Set<String> headings(Path document) throws IOException {
        return Files.readAllLines(document).stream()
                .map(HEADING::matcher)
                .filter(heading -> heading.matches())
                .map(heading -> heading.group(1))
                .collect(Collectors.toSet());
    }

    private void checkLinks(SourceText text, Path file) {
        for (MatchResult found : text.found(LINK)) {
            checkTarget(text, found, file, found.group(1));
        }
        var named = new HashSet<String>();
        for (MatchResult found : text.found(NAMED_TARGET)) {
            named.add(found.group(1));
            checkTarget(text, found, file, found.group(2));
        }
        for (MatchResult found : text.found(NAMED_LINK)) {
            if (!named.contains(found.group(1))) {
                report(text, found, "has no target in the document");
            }
        }
    }

    private void checkTarget(SourceText text, MatchResult found, Path file, String target) {
        if (!target.matches("[a-z]+:.*") && !Files.exists(file.resolveSibling(target))) {
            report(text, found, "links to a file that does not exist");
        }
    }

    private void checkLines(SourceText text) {
        for (int i = 0; i < text.lines().size(); i++) {
            int length = (int) text.lines().get(i).codePoints().count();
            if (length > LONGEST_LINE) {
                problems.add(
                        "%s:%d: the line has %d characters, at most %d"
                                .formatted(text.name(), i + 1, length, LONGEST_LINE));
            }
        }
    }

    private void report(SourceText text, MatchResult found, String problem) {
        problems.add("%s: '%s' %s".formatted(text.at(found.start()), found.group(), problem));
    }
}
