package io.heritage.standalone.doctor;

/**
 * Result of one check.
 *
 * @param name a word or two
 * @param found the state that was found
 * @param mend what to do; empty if nothing
 */
record Finding(String name, Verdict verdict, String found, String mend) {

    /** In order of severity. */
    enum Verdict {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String name, String found) {
        return new Finding(name, Verdict.OK, found, "");
    }

    static Finding warn(String name, String found, String mend) {
        return new Finding(name, Verdict.WARN, found, mend);
    }

    static Finding fail(String name, String found, String mend) {
        return new Finding(name, Verdict.FAIL, found, mend);
    }
}
