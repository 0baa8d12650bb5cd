package io.heritage.transport.memory;

import io.heritage.schemas.Command;
import io.heritage.transport.log.CommandBus;
import io.heritage.transport.log.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Every command that was broadcast. */
public final class MemoryCommandBus implements CommandBus {
    private final List<Entry> entries = new ArrayList<>();
    private final Listeners<Command> listeners = new Listeners<>();
    private final Clock clock;

    private record Entry(Instant at, Command command) {}

    MemoryCommandBus(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void broadcast(Command command) {
        entries.add(new Entry(clock.instant(), command));
        listeners.tell(command);
    }

    @Override
    public synchronized Subscription subscribe(Duration past, Consumer<Command> listener) {
        Instant since = clock.instant().minus(past);
        return listeners.add(
                listener,
                entries.stream()
                        .filter(entry -> !entry.at().isBefore(since))
                        .map(Entry::command)
                        .toList());
    }
}
