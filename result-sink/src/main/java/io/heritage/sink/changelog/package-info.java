/**
 * Keeps the changelog of the fold's state correct. Kafka Streams gives the partitions of a
 * suspended sink to another one, but does not stop the first one when it resumes. Its late writes
 * would be the last records in the changelog, and come back with the next restoration. The reasons:
 * docs/rationale.md, "A sink that stood still writes no more". In the order they are met:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.changelog.ChangelogGuard}: the clients of Kafka Streams, and the
 *       fold within its guard;
 *   <li>{@link io.heritage.sink.changelog.ProcessStops}: whether this process was suspended;
 *   <li>{@link io.heritage.sink.changelog.GuardedProducer}: writes nothing after that until its
 *       thread has joined the group again;
 *   <li>{@link io.heritage.sink.changelog.OwnWrites}: which records of a changelog are its own;
 *   <li>{@link io.heritage.sink.changelog.GuardedFold}: writes over what others have written;
 *   <li>{@link io.heritage.sink.changelog.ChangelogReader}: tells what that is.
 * </ol>
 */
@NullMarked
package io.heritage.sink.changelog;

import org.jspecify.annotations.NullMarked;
