/**
 * The command line. In the order a command meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.HeritageCommand} is the root, made by a {@link
 *       io.heritage.standalone.cli.CommandFactory} with the {@link
 *       io.heritage.standalone.cli.CommandContext}: the environment and the {@link
 *       io.heritage.standalone.cli.Terminal}. {@link io.heritage.standalone.cli.Version} is what
 *       {@code --version} prints.
 *   <li>Options that commands share: {@link io.heritage.standalone.cli.CommonOptions}, {@link
 *       io.heritage.standalone.cli.ConfigOptions}, {@link
 *       io.heritage.standalone.cli.ServerOptions}, {@link
 *       io.heritage.standalone.cli.ProcessorOptions}, {@link io.heritage.standalone.cli.JobReport};
 *       {@link io.heritage.standalone.cli.Usage} checks them, {@link
 *       io.heritage.standalone.cli.ModelNames} lists the models they can name.
 *   <li>Services: {@link io.heritage.standalone.cli.UpCommand} with its {@link
 *       io.heritage.standalone.cli.ReadyMessage}, {@link
 *       io.heritage.standalone.cli.GatewayCommand}, {@link
 *       io.heritage.standalone.cli.ProcessorCommand}, {@link
 *       io.heritage.standalone.cli.SinkCommand}, all run {@link
 *       io.heritage.standalone.cli.UntilStopped}; {@link io.heritage.standalone.cli.WarmUpCommand}
 *       starts and stops them once.
 *   <li>Files: {@link io.heritage.standalone.cli.RestoreCommand} with {@link
 *       io.heritage.standalone.cli.RestoreSettings}, a {@link
 *       io.heritage.standalone.cli.RestoreTask} for each file, {@link
 *       io.heritage.standalone.cli.InProcessRestoration} and {@link
 *       io.heritage.standalone.cli.TinyModel}; {@link
 *       io.heritage.standalone.cli.InterpolateCommand} with {@link
 *       io.heritage.standalone.cli.InterpolateSettings}, {@link
 *       io.heritage.standalone.cli.InProcessInterpolation} and {@link
 *       io.heritage.standalone.cli.RemoteInterpolation}. Both do {@link
 *       io.heritage.standalone.cli.FileWork}, which an {@link
 *       io.heritage.standalone.cli.Interruption} stops, at a server as a {@link
 *       io.heritage.standalone.cli.RemoteJob}.
 *   <li>Others: {@link io.heritage.standalone.cli.ModelsCommand}, {@link
 *       io.heritage.standalone.cli.PullCommand}, {@link io.heritage.standalone.cli.GpuCommand},
 *       {@link io.heritage.standalone.cli.GpuInstallCommand}, {@link
 *       io.heritage.standalone.cli.DoctorCommand}, {@link
 *       io.heritage.standalone.cli.DownloadDisplay}, {@link
 *       io.heritage.standalone.cli.GoldenCommand} with {@link
 *       io.heritage.standalone.cli.PictureGoldens}, {@link io.heritage.standalone.cli.KeysCommand},
 *       {@link io.heritage.standalone.cli.ConfigCommand}, {@link
 *       io.heritage.standalone.cli.CompletionCommand}.
 *   <li>{@link io.heritage.standalone.cli.Progress} shows how far a command is: {@link
 *       io.heritage.standalone.cli.BarProgress} on a terminal, {@link
 *       io.heritage.standalone.cli.JsonProgress} for programs, {@link
 *       io.heritage.standalone.cli.LineProgress} elsewhere, each with the {@link
 *       io.heritage.standalone.cli.TimeLeft}.
 *   <li>{@link io.heritage.standalone.cli.Failures} turns what a command throws, a {@link
 *       io.heritage.standalone.cli.CommandFailed} above all, into a line and an {@link
 *       io.heritage.standalone.cli.ExitCode}.
 * </ol>
 *
 * Results go to stdout, everything else to stderr. A command runs on the main thread; Ctrl-C and
 * SIGTERM come as JVM shutdown on another one.
 */
@NullMarked
package io.heritage.standalone.cli;

import org.jspecify.annotations.NullMarked;
