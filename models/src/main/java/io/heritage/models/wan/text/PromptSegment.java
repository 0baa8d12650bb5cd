package io.heritage.models.wan.text;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A part of a prompt with one emphasis: {@code (text)} by 1.1, {@code (text:1.3)} by that number;
 * docs/spec/wan22.md, section 4.2.
 *
 * @param weight 1 outside of brackets
 */
public record PromptSegment(String text, double weight) {
    private static final double BRACKETS = 1.1;
    private static final int LONGEST_NUMBER = 32;

    /** Beyond it rows would overflow. */
    private static final double LARGEST = 1000;

    private static final Pattern NUMBER =
            Pattern.compile("\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d{1,2})?\\s*");

    /** A pair of brackets; the emphasis stands from {@code colon} to {@code close} if it is set. */
    private record Group(int close, int colon, double number) {}

    /** Parses the emphasis of a prompt; brackets that are not closed are text. */
    public static List<PromptSegment> parse(String prompt) {
        return new Parser(prompt).parse();
    }

    /** The whole prompt as one segment. */
    public static List<PromptSegment> verbatim(String prompt) {
        return prompt.isEmpty() ? List.of() : List.of(new PromptSegment(prompt, 1));
    }

    private static final class Parser {
        private final String prompt;
        private final Group[] groups;
        private final List<PromptSegment> segments = new ArrayList<>();
        private final StringBuilder text = new StringBuilder();
        private double weight = 1;

        Parser(String prompt) {
            this.prompt = prompt;
            this.groups = groups(prompt);
        }

        List<PromptSegment> parse() {
            Deque<Group> open = new ArrayDeque<>();
            Deque<Double> weights = new ArrayDeque<>();
            for (int i = 0; i < prompt.length(); i++) {
                char c = prompt.charAt(i);
                Group group = groups[i];
                if (group != null) {
                    endSegment();
                    open.push(group);
                    weights.push(weight);
                    weight =
                            Math.clamp(
                                    group.colon < 0 ? weight * BRACKETS : group.number,
                                    -LARGEST,
                                    LARGEST);
                } else if (!open.isEmpty() && isEnd(open.peek(), i)) {
                    endSegment();
                    i = open.pop().close;
                    weight = weights.pop();
                } else if (isEscaped(prompt, i)) {
                    text.append(prompt.charAt(++i));
                } else {
                    if (c == '(') {
                        endSegment();
                    }
                    text.append(c);
                }
            }
            endSegment();
            return segments;
        }

        private static boolean isEnd(Group group, int at) {
            return at == group.colon || at == group.close;
        }

        private void endSegment() {
            if (!text.isEmpty()) {
                segments.add(new PromptSegment(text.toString(), weight));
                text.setLength(0);
            }
        }
    }

    private static boolean isEscaped(String prompt, int at) {
        if (prompt.charAt(at) != '\\' || at + 1 == prompt.length()) {
            return false;
        }
        char next = prompt.charAt(at + 1);
        return next == '(' || next == ')';
    }

    /** Pairs by the index of the opening bracket; null elsewhere. */
    private static Group[] groups(String prompt) {
        Group[] groups = new Group[prompt.length()];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < prompt.length(); i++) {
            if (isEscaped(prompt, i)) {
                i++;
            } else if (prompt.charAt(i) == '(') {
                open.push(i);
            } else if (prompt.charAt(i) == ')' && !open.isEmpty()) {
                int start = open.pop();
                groups[start] = group(prompt, start, i);
            }
        }
        return groups;
    }

    /** A number after the last colon is the emphasis, unless there is no text before it. */
    private static Group group(String prompt, int start, int close) {
        int earliest = Math.max(start + 2, close - LONGEST_NUMBER);
        for (int colon = close - 1; colon >= earliest; colon--) {
            if (prompt.charAt(colon) == ':') {
                String number = prompt.substring(colon + 1, close);
                return NUMBER.matcher(number).matches()
                        ? new Group(close, colon, Double.parseDouble(number.strip()))
                        : new Group(close, -1, 0);
            }
        }
        return new Group(close, -1, 0);
    }
}
