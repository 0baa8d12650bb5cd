package io.heritage.standalone.progress;

import java.io.PrintStream;
import java.time.Instant;

/** Shows events; may leave out steps, never an end or a note. */
interface Renderer {

    void show(ProgressEvent event, Instant now);

    static Renderer of(ProgressMode mode, Screen screen, PrintStream err) {
        return switch (mode) {
            case AUTO -> of(screen.usual(), screen, err);
            case TTY -> new BarRenderer(err, screen);
            case PLAIN -> new LineRenderer(err);
            case JSON -> new JsonRenderer(err);
            case NONE -> (_, _) -> {};
        };
    }
}
