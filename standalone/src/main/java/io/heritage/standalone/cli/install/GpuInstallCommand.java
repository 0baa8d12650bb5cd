package io.heritage.standalone.cli.install;

import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Interruption;
import io.heritage.standalone.cli.command.ProgressOption;
import io.heritage.standalone.download.HubRefused;
import io.heritage.standalone.download.PackageIndex;
import io.heritage.standalone.download.PullFailed;
import io.heritage.standalone.gpu.CudaFolder;
import io.heritage.standalone.gpu.CudaInstall;
import io.heritage.standalone.gpu.InstallFailed;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "install",
        description = {
            "Downloads the CUDA build of libtorch: the libraries of torch 2.7.1 and of the NVIDIA"
                    + " packages that it names, 2.8 GB, 4.6 GB on the disk.",
            "",
            "They come from PyPI as wheels with known SHA-256; Python is not needed. An interrupted"
                    + " download is resumed. Every command of this launcher uses the libraries from"
                    + " then on. The NVIDIA packages are under NVIDIA's licences, which you accept"
                    + " by downloading them."
        },
        footer = {
            "",
            "Environment:",
            "  PIP_INDEX_URL   another package index (default: https://pypi.org/simple)",
            "  HERITAGE_CUDA   the folder where the launcher looks (default: cuda beside it)",
            "",
            "Examples:",
            "  heritage gpu install",
            "  heritage gpu install --into /srv/cuda",
            ""
        })
final class GpuInstallCommand implements Callable<Integer> {
    private static final String GOES_ON = "run the same command again to resume";

    private final CommandContext context;
    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ProgressOption display = new ProgressOption();
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = {
                "Folder, created if missing (default: HERITAGE_CUDA, else cuda beside the"
                        + " launcher). For any other folder, a link is created where the launcher"
                        + " looks."
            })
    private @Nullable Path into;

    @Option(
            names = "--index-url",
            paramLabel = "URL",
            description = {
                "Package index. Default: PIP_INDEX_URL, else",
                "https://pypi.org/simple"
            })
    private @Nullable String index;

    GpuInstallCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws CommandFailed {
        Path usual = CudaFolder.usual(context.environment()).path();
        Path chosen = (into == null ? usual : into).toAbsolutePath().normalize();
        // Printed before the interruption is closed: the JVM may end with it.
        try (var interruption = Interruption.watch()) {
            return install(new CudaFolder(chosen), usual.toAbsolutePath().normalize());
        }
    }

    private int install(CudaFolder folder, Path usual) throws CommandFailed {
        PrintWriter out = spec.commandLine().getOut();
        try (ProgressView progress = display.open(context, new ProgressSubject("", "MB", ""));
                var packages = new PackageIndex(indexUrl())) {
            new CudaInstall(packages, new DownloadDisplay(progress))
                    .into(
                            folder,
                            installed -> {
                                out.println(installed);
                                out.flush();
                            });
            out.println("CUDA libraries are in " + folder.path());
            out.println(found(folder, usual));
            out.println("heritage gpu shows what will use them.");
            out.flush();
            progress.end("COMPLETED");
            return ExitCode.OK;
        } catch (InterruptedException stopped) {
            spec.commandLine().getErr().println("heritage: stopped; " + GOES_ON);
            return ExitCode.STOPPED;
        } catch (HubRefused | PullFailed | InstallFailed refused) {
            throw new CommandFailed(ExitCode.ERROR, String.valueOf(refused.getMessage()), refused);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new CommandFailed(ExitCode.UNREACHABLE, why + "; " + GOES_ON, e);
        }
    }

    /** Tells how the launcher finds the folder. */
    private static String found(CudaFolder folder, Path usual) {
        if (folder.path().equals(usual)) {
            return "The launcher finds them there.";
        }
        try {
            CudaFolder.link(usual, folder.path());
            return "The launcher finds them through the link " + usual + ".";
        } catch (IOException e) {
            return "The launcher does not look there (%s cannot become a link: %s): set HERITAGE_CUDA=%s"
                    .formatted(usual, e, folder.path());
        }
    }

    private URI indexUrl() {
        String typed =
                index != null ? index : context.environment().getOrDefault("PIP_INDEX_URL", "");
        try {
            return typed.isBlank() ? PackageIndex.PYPI : PackageIndex.baseOf(typed);
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(),
                    (index != null ? "--index-url: " : "PIP_INDEX_URL: ") + notAUrl.getMessage(),
                    notAUrl);
        }
    }
}
