package io.heritage.models.wan.text;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Normalisation of a prompt before it is tokenised. */
public enum PromptCleaning {
    /** None. */
    NONE {
        @Override
        public String clean(String prompt) {
            return prompt;
        }
    },
    /**
     * The official pipeline's: character references are decoded twice, then blanks are joined;
     * broken encodings are left.
     */
    OFFICIAL {
        @Override
        public String clean(String prompt) {
            String plain = unescaped(unescaped(prompt));
            return BLANKS.matcher(plain).replaceAll(" ").strip();
        }
    };

    private static final Pattern BLANKS = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern REFERENCE =
            Pattern.compile("&(?:#(\\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(\\w{2,6}));");
    private static final Map<String, String> NAMES =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");

    public abstract String clean(String prompt);

    private static String unescaped(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(character(match)));
    }

    private static String character(MatchResult reference) {
        if (reference.group(3) != null) {
            return NAMES.getOrDefault(reference.group(3), reference.group());
        }
        int codePoint =
                reference.group(1) != null
                        ? Integer.parseInt(reference.group(1))
                        : Integer.parseInt(reference.group(2), 16);
        return Character.isValidCodePoint(codePoint)
                ? Character.toString(codePoint)
                : reference.group();
    }
}
