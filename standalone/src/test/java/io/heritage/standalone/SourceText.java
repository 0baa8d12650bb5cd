package io.heritage.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * A file's text in one line, so that what a comment wraps is found: without the marks of comments
 * and the indentation.
 *
 * @param name relative to the repository
 * @param lines as they are in the file
 * @param starts where each line begins in {@code joined}
 */
record SourceText(String name, List<String> lines, List<Integer> starts, String joined) {
    private static final Pattern MARGIN = Pattern.compile("^\\s*(?:/?\\*+/? ?|// ?|# ?)?");

    static SourceText of(Path root, Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        boolean markdown = file.toString().endsWith(".md");
        var starts = new ArrayList<Integer>();
        var joined = new StringBuilder();
        for (String line : lines) {
            starts.add(joined.length());
            joined.append(markdown ? line.strip() : MARGIN.matcher(line).replaceFirst(""));
            joined.append(' ');
        }
        return new SourceText(root.relativize(file).toString(), lines, starts, joined.toString());
    }

    boolean isMarkdown() {
        return name.endsWith(".md");
    }

    List<MatchResult> found(Pattern pattern) {
        return pattern.matcher(joined).results().toList();
    }

    /** {@code FILE:LINE} of a place in the joined text. */
    String at(int position) {
        int line = Collections.binarySearch(starts, position);
        return name + ":" + (line >= 0 ? line + 1 : -line - 1);
    }
}
