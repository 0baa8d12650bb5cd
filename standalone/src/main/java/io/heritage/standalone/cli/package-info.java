/**
 * The command line: the tree of commands, and how each ends. The commands are in the rooms {@code
 * services}, {@code install}, {@code files} and {@code jobs}; {@code command} is what they share.
 * In the order a command meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.HeritageCommand}: the root of the tree;
 *   <li>{@link io.heritage.standalone.cli.CommandFactory}: makes the commands and hands them their
 *       context;
 *   <li>{@link io.heritage.standalone.cli.CompletionCommand}: prints completion scripts;
 *   <li>{@link io.heritage.standalone.cli.FishCompletion}: the one that picocli has not;
 *   <li>{@link io.heritage.standalone.cli.HelpPagesCommand}: writes what {@code --help} of each
 *       command prints, for the launcher;
 *   <li>{@link io.heritage.standalone.cli.WarmUpCommand}: runs services and commands once, for the
 *       launcher's caches of classes;
 *   <li>{@link io.heritage.standalone.cli.StandInServer}: the server that those commands ask;
 *   <li>{@link io.heritage.standalone.cli.Failures}: turns what a command throws into a message and
 *       an exit code.
 * </ol>
 *
 * Results go to stdout, everything else to stderr. A command runs on the main thread; Ctrl-C and
 * SIGTERM come as JVM shutdown on another one.
 */
@NullMarked
package io.heritage.standalone.cli;

import org.jspecify.annotations.NullMarked;
