/**
 * Keeps the changelog of the fold's state right. Kafka Streams gives the partitions of a sink that
 * stands still to another one, and hinders the first not at all when it goes on: what it still
 * writes would be the last word of the changelog, and come back with the next restoration. The
 * reasons: docs/rationale.md, "A sink that stood still writes no more". In the order they are met:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.changelog.ChangelogGuard}: the clients of Kafka Streams, and the
 *       fold within its guard;
 *   <li>{@link io.heritage.sink.changelog.ProcessStops}: whether this process has stood still;
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
