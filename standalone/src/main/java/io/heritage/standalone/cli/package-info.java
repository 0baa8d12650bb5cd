/**
 * The command line. {@link io.heritage.standalone.cli.HeritageCommand} is its root; a class a
 * command. {@link io.heritage.standalone.cli.Failures} turns what a command throws into a line and
 * an {@link io.heritage.standalone.cli.ExitCode}; {@link io.heritage.standalone.cli.Progress} shows
 * how far it is, {@link io.heritage.standalone.cli.Terminal} knows whether anybody is looking.
 *
 * <p>Results go to stdout, everything else to stderr. A command runs on the main thread; Ctrl-C and
 * SIGTERM come as JVM shutdown on another one, see {@link io.heritage.standalone.cli.Interruption}.
 *
 * <p>Beside these: {@code BarProgress}, {@code CommandContext}, {@code CommandFactory}, {@code
 * CommandFailed}, {@code CommonOptions}, {@code CompletionCommand}, {@code ConfigCommand}, {@code
 * ConfigOptions}, {@code FileWork}, {@code GatewayCommand}, {@code GoldenCommand}, {@code
 * GpuCommand}, {@code GpuInstallCommand}, {@code InProcessInterpolation}, {@code
 * InProcessRestoration}, {@code InterpolateCommand}, {@code JsonProgress}, {@code KeysCommand},
 * {@code LineProgress}, {@code ModelsCommand}, {@code PictureGoldens}, {@code ProcessorCommand},
 * {@code PullCommand}, {@code ReadyMessage}, {@code RemoteInterpolation}, {@code RemoteJob}, {@code
 * RestoreCommand}, {@code SinkCommand}, {@code TimeLeft}, {@code TinyModel}, {@code UntilStopped},
 * {@code UpCommand}, {@code Version}, {@code WarmUpCommand}.
 */
@NullMarked
package io.heritage.standalone.cli;

import org.jspecify.annotations.NullMarked;
