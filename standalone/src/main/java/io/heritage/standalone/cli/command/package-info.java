/**
 * What commands share; it knows no command. In the order a command meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.command.CommandContext}: the environment of a command;
 *   <li>{@link io.heritage.standalone.cli.command.Terminal}: which of its streams are terminals;
 *   <li>{@link io.heritage.standalone.cli.command.GlobalOptions}: options that every command has,
 *       before its name or after;
 *   <li>{@link io.heritage.standalone.cli.command.CommonOptions}: the same on a command: help,
 *       version, verbosity;
 *   <li>{@link io.heritage.standalone.cli.command.Version}: the version that is printed;
 *   <li>{@link io.heritage.standalone.cli.command.ConfigOptions}: which configuration file is read;
 *   <li>{@link io.heritage.standalone.cli.command.ServerOptions}: which server is asked, with which
 *       key;
 *   <li>{@link io.heritage.standalone.cli.command.ProcessorOptions}: configuration and models for
 *       computing on this machine;
 *   <li>{@link io.heritage.standalone.cli.command.ProgressOption}: how progress is shown;
 *   <li>{@link io.heritage.standalone.cli.command.ModelNames}: names of the models that options
 *       take;
 *   <li>{@link io.heritage.standalone.cli.command.Usage}: checks what the user typed;
 *   <li>{@link io.heritage.standalone.cli.command.JobReport}: what a command prints of jobs:
 *       results to stdout, all else to stderr;
 *   <li>{@link io.heritage.standalone.cli.command.FileWork}: work on the user's files, which the
 *       user can stop;
 *   <li>{@link io.heritage.standalone.cli.command.Interruption}: turns Ctrl-C and SIGTERM into an
 *       interrupt of the thread that works;
 *   <li>{@link io.heritage.standalone.cli.command.CommandFailed}: ends a command with a message and
 *       an exit code;
 *   <li>{@link io.heritage.standalone.cli.command.ErrorReport}: how the message is printed, for
 *       people or programs;
 *   <li>{@link io.heritage.standalone.cli.command.ExitCode}: the numbers that scripts see.
 * </ol>
 */
@NullMarked
package io.heritage.standalone.cli.command;

import org.jspecify.annotations.NullMarked;
