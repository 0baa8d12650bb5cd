/**
 * What commands share; it knows no command. In the order a command meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.command.CommandContext}: the environment and the {@link
 *       io.heritage.standalone.cli.command.Terminal}, with the {@link
 *       io.heritage.standalone.cli.command.GlobalOptions} that the user gave.
 *   <li>Options: {@link io.heritage.standalone.cli.command.CommonOptions} with {@link
 *       io.heritage.standalone.cli.command.Version}, {@link
 *       io.heritage.standalone.cli.command.ConfigOptions}, {@link
 *       io.heritage.standalone.cli.command.ServerOptions}, {@link
 *       io.heritage.standalone.cli.command.ProcessorOptions}, {@link
 *       io.heritage.standalone.cli.command.ProgressOption}, {@link
 *       io.heritage.standalone.cli.command.JobReport}. {@link
 *       io.heritage.standalone.cli.command.Usage} checks what the user typed; {@link
 *       io.heritage.standalone.cli.command.ModelNames} lists the models that options can name.
 *   <li>{@link io.heritage.standalone.cli.command.FileWork} is work that the user can stop: an
 *       {@link io.heritage.standalone.cli.command.Interruption} turns Ctrl-C and SIGTERM into an
 *       interrupt of the thread that works.
 *   <li>{@link io.heritage.standalone.cli.command.CommandFailed} ends a command. {@link
 *       io.heritage.standalone.cli.command.ErrorReport} is how it is printed, {@link
 *       io.heritage.standalone.cli.command.ExitCode} the number that scripts see.
 * </ol>
 */
@NullMarked
package io.heritage.standalone.cli.command;

import org.jspecify.annotations.NullMarked;
