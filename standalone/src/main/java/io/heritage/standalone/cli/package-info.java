/**
 * The command line. In the order a command meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.HeritageCommand} is the root, made by a {@link
 *       io.heritage.standalone.cli.CommandFactory} with the {@link
 *       io.heritage.standalone.cli.CommandContext}: the environment and the {@link
 *       io.heritage.standalone.cli.Terminal}. {@link io.heritage.standalone.cli.Version} is what
 *       {@code --version} prints. {@link io.heritage.standalone.cli.HelpPagesCommand} writes what
 *       {@code --help} of each command prints.
 *   <li>Options that commands share: {@link io.heritage.standalone.cli.GlobalOptions}, {@link
 *       io.heritage.standalone.cli.CommonOptions}, {@link
 *       io.heritage.standalone.cli.ConfigOptions}, {@link
 *       io.heritage.standalone.cli.ServerOptions}, {@link
 *       io.heritage.standalone.cli.ProcessorOptions}, {@link io.heritage.standalone.cli.JobReport},
 *       {@link io.heritage.standalone.cli.ProgressOption}, {@link
 *       io.heritage.standalone.cli.BatchOptions}; {@link io.heritage.standalone.cli.Usage} checks
 *       them, {@link io.heritage.standalone.cli.ModelNames} lists the models they can name.
 *   <li>Services: {@link io.heritage.standalone.cli.UpCommand} with its {@link
 *       io.heritage.standalone.cli.ReadyMessage}, {@link
 *       io.heritage.standalone.cli.GatewayCommand}, {@link
 *       io.heritage.standalone.cli.ProcessorCommand}, {@link
 *       io.heritage.standalone.cli.SinkCommand}, all run {@link
 *       io.heritage.standalone.cli.UntilStopped}; {@link io.heritage.standalone.cli.WarmUpCommand}
 *       starts and stops them once, or asks a {@link io.heritage.standalone.cli.StandInServer}.
 *   <li>Files: {@link io.heritage.standalone.cli.RestoreCommand} with {@link
 *       io.heritage.standalone.cli.RestoreSettings}, {@link
 *       io.heritage.standalone.cli.TrialOptions} ({@link io.heritage.standalone.cli.Preview},
 *       {@link io.heritage.standalone.cli.JobEstimate}), {@link
 *       io.heritage.standalone.cli.FileTasks} with a {@link io.heritage.standalone.cli.FileTask}
 *       for each file, {@link io.heritage.standalone.cli.InProcessRestoration} and {@link
 *       io.heritage.standalone.cli.TinyModel}; {@link
 *       io.heritage.standalone.cli.InterpolateCommand} with {@link
 *       io.heritage.standalone.cli.InterpolateSettings}, {@link
 *       io.heritage.standalone.cli.RaiseOptions}, {@link
 *       io.heritage.standalone.cli.InProcessInterpolation} and {@link
 *       io.heritage.standalone.cli.RemoteInterpolation}. Files are named or match a {@link
 *       io.heritage.standalone.cli.MediaPattern}; several are a {@link
 *       io.heritage.standalone.cli.FileBatch}. Both do {@link io.heritage.standalone.cli.FileWork},
 *       which an {@link io.heritage.standalone.cli.Interruption} stops, at a server as a {@link
 *       io.heritage.standalone.cli.RemoteJob}; {@link io.heritage.standalone.cli.UnfinishedWork} is
 *       what then becomes of the frames that are done.
 *   <li>Servers: each is a {@link io.heritage.standalone.cli.ClientCommand} with {@link
 *       io.heritage.standalone.cli.ClientOptions} that asks {@link
 *       io.heritage.standalone.cli.ServerJobs}. {@link io.heritage.standalone.cli.JobsCommand} has
 *       {@link io.heritage.standalone.cli.JobsListCommand} ({@link
 *       io.heritage.standalone.cli.JobStates}, {@link io.heritage.standalone.cli.PastTime}, {@link
 *       io.heritage.standalone.cli.JobFacts}), {@link io.heritage.standalone.cli.JobsShowCommand},
 *       {@link io.heritage.standalone.cli.JobsWatchCommand} with its {@link
 *       io.heritage.standalone.cli.JobWatch} and {@link io.heritage.standalone.cli.JobProgress},
 *       {@link io.heritage.standalone.cli.JobsCancelCommand} and {@link
 *       io.heritage.standalone.cli.JobsRetryCommand}, each a {@link
 *       io.heritage.standalone.cli.JobOperation}, {@link
 *       io.heritage.standalone.cli.JobsDownloadCommand}, {@link
 *       io.heritage.standalone.cli.JobsPurgeCommand}. Beside it {@link
 *       io.heritage.standalone.cli.RunCommand} with {@link io.heritage.standalone.cli.RawJob} and
 *       {@link io.heritage.standalone.cli.StandardInput}, {@link
 *       io.heritage.standalone.cli.WorkersCommand}, {@link
 *       io.heritage.standalone.cli.HealthCommand}. Whoever follows a job has {@link
 *       io.heritage.standalone.cli.Patience} while its server is away.
 *   <li>Others: {@link io.heritage.standalone.cli.CompareCommand}, {@link
 *       io.heritage.standalone.cli.ModelsVerifyCommand} with {@link
 *       io.heritage.standalone.cli.ModelFiles}, {@link io.heritage.standalone.cli.ModelsCommand},
 *       {@link io.heritage.standalone.cli.PullCommand}, {@link
 *       io.heritage.standalone.cli.GpuCommand}, {@link
 *       io.heritage.standalone.cli.GpuInstallCommand}, {@link
 *       io.heritage.standalone.cli.DoctorCommand}, {@link
 *       io.heritage.standalone.cli.DownloadDisplay}, {@link
 *       io.heritage.standalone.cli.GoldenCommand} with {@link
 *       io.heritage.standalone.cli.PictureGoldens}, {@link io.heritage.standalone.cli.KeysCommand},
 *       {@link io.heritage.standalone.cli.ConfigCommand}, {@link
 *       io.heritage.standalone.cli.CompletionCommand} with {@link
 *       io.heritage.standalone.cli.FishCompletion}.
 *   <li>{@link io.heritage.standalone.cli.Failures} turns what a command throws, a {@link
 *       io.heritage.standalone.cli.CommandFailed} above all, into an {@link
 *       io.heritage.standalone.cli.ErrorReport} and an {@link io.heritage.standalone.cli.ExitCode}.
 * </ol>
 *
 * Results go to stdout, everything else to stderr. A command runs on the main thread; Ctrl-C and
 * SIGTERM come as JVM shutdown on another one.
 */
@NullMarked
package io.heritage.standalone.cli;

import org.jspecify.annotations.NullMarked;
