package io.heritage.standalone.doctor;

/**
 * One thing that was looked at.
 *
 * @param name a word or two
 * @param found what is there
 * @param mend what to do; empty if nothing
 */
record Finding(String name, Verdict verdict, String found, String mend) {

    /** In the order of how bad they are. */
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
