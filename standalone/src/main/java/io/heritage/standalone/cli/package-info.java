/**
 * The command line. {@link io.heritage.standalone.cli.HeritageCommand} is its root; a class a
 * command. {@link io.heritage.standalone.cli.Failures} turns what a command throws into a line and
 * an {@link io.heritage.standalone.cli.ExitCode}; {@link io.heritage.standalone.cli.Progress} shows
 * how far it is, {@link io.heritage.standalone.cli.Terminal} knows whether anybody is looking.
 *
 * <p>Results go to stdout, everything else to stderr. A command runs on the main thread; Ctrl-C and
 * SIGTERM come as JVM shutdown on another one, see {@link io.heritage.standalone.cli.Interruption}.
 */
@NullMarked
package io.heritage.standalone.cli;

import org.jspecify.annotations.NullMarked;
