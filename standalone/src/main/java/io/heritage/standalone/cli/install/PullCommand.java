package io.heritage.standalone.cli.install;

import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.cli.command.CommandContext;
import io.heritage.standalone.cli.command.CommandFailed;
import io.heritage.standalone.cli.command.CommonOptions;
import io.heritage.standalone.cli.command.ConfigOptions;
import io.heritage.standalone.cli.command.ExitCode;
import io.heritage.standalone.cli.command.Interruption;
import io.heritage.standalone.cli.command.ModelNames;
import io.heritage.standalone.cli.command.ProgressOption;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.download.HubRefused;
import io.heritage.standalone.download.ModelHub;
import io.heritage.standalone.download.ModelPull;
import io.heritage.standalone.download.PullFailed;
import io.heritage.standalone.progress.ProgressSubject;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "pull",
        description = {
            "Downloads published model files from Hugging Face.",
            "",
            "Resumes an earlier download, verifies the SHA-256 of each file and says what it was"
                    + " compared with: the published checksum, or the one the server gives. Files that"
                    + " are complete are skipped; other files of the same name are never replaced."
                    + " While another process downloads a file, waits for it. Ctrl-C keeps NAME.part"
                    + " for the next time.",
            "",
            ModelNames.TABLE,
            "",
            "wan22 and rife47 come from third-party repositories that public install scripts name,"
                    + " not from the authors of the models. wan22 is the merge that the interpolation API"
                    + " names, made for adult content. wan_2.1_vae.safetensors of Comfy-Org is saved as"
                    + " wan_vae_v1.safetensors."
        },
        footer = {
            "",
            "Environment:",
            "  HF_ENDPOINT   mirror of https://huggingface.co",
            "  HF_TOKEN      access token for gated repositories; sent to HF_ENDPOINT only",
            "",
            "Examples:",
            "  heritage models pull seedvr2_3b",
            "  heritage models pull seedvr2_7b seedvr2_7b_sharp --fp16 --into /srv/ckpts",
            ""
        })
final class PullCommand implements Callable<Integer> {
    private static final String GOES_ON = "run the same command again to resume";

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Mixin private final ProgressOption display = new ProgressOption();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext context;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            completionCandidates = ModelNames.Published.class,
            description = "${COMPLETION-CANDIDATES}.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = {"Folder, created if missing (default: processor.models, ckpts)."})
    private @Nullable Path folder;

    @Option(
            names = "--fp16",
            description = {
                "SeedVR2 only: 16-bit files, half the size, from a third party"
                        + " (numz/SeedVR2_comfyUI)."
            })
    private boolean half;

    PullCommand(CommandContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        List<PublishedFile> files = files();
        Path into = folder();
        // Printed before the interruption is closed: the JVM may end with it.
        try (var interruption = Interruption.watch()) {
            return pull(files, into);
        }
    }

    private int pull(List<PublishedFile> files, Path into) throws CommandFailed {
        PrintWriter out = spec.commandLine().getOut();
        try (ProgressView progress = display.open(context, new ProgressSubject("", "MB", ""));
                var hub = new ModelHub(endpoint(), token())) {
            new ModelPull(hub, new DownloadDisplay(progress))
                    .pull(files, into, pulled -> report(pulled, out));
            progress.end("COMPLETED");
            return ExitCode.OK;
        } catch (InterruptedException stopped) {
            spec.commandLine().getErr().println("heritage: stopped; " + GOES_ON);
            return ExitCode.STOPPED;
        } catch (HubRefused | PullFailed refused) {
            throw new CommandFailed(ExitCode.ERROR, String.valueOf(refused.getMessage()), refused);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new CommandFailed(ExitCode.UNREACHABLE, why + "; " + GOES_ON, e);
        }
    }

    /** Each name once: models share files. */
    private List<PublishedFile> files() {
        Map<String, PublishedFile> files = new LinkedHashMap<>();
        for (String name : names) {
            PublishedModel model =
                    PublishedModel.of(name)
                            .orElseThrow(() ->
                                    wrong(
                                            "no model '%s' to download; expected %s"
                                                    .formatted(
                                                            name,
                                                            PublishedModel.names(
                                                                    List.of(
                                                                            PublishedModel
                                                                                    .values())))));
            List<PublishedFile> wanted = half ? model.halfFiles() : model.files();
            if (wanted.isEmpty()) {
                throw wrong("--fp16: %s is published in one form only".formatted(name));
            }
            wanted.forEach(file -> files.putIfAbsent(file.name(), file));
        }
        return List.copyOf(files.values());
    }

    private Path folder() throws InvalidConfiguration {
        return folder != null
                ? folder
                : HeritageConfig.load(
                                config.file(context.environment()),
                                context.environment(),
                                List.of())
                        .processor()
                        .models();
    }

    private URI endpoint() {
        String typed = context.environment().getOrDefault("HF_ENDPOINT", "");
        try {
            return typed.isBlank() ? ModelHub.HUGGING_FACE : ModelHub.baseOf(typed);
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(), "HF_ENDPOINT: " + notAUrl.getMessage(), notAUrl);
        }
    }

    /** Refuses a token that is invalid in an HTTP header, without showing it. */
    private Optional<String> token() {
        Optional<String> token =
                Optional.ofNullable(context.environment().get("HF_TOKEN"))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty());
        if (token.filter(text -> !text.matches("[\\x21-\\x7e]+")).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "HF_TOKEN contains an invalid character, such as a line break; set it again");
        }
        return token;
    }

    private static void report(ModelPull.Pulled pulled, PrintWriter out) {
        String checked =
                switch (pulled.checked()) {
                    case PUBLISHED -> "SHA-256 matches the published one";
                    case SERVER -> "SHA-256 matches the server's";
                    case NOTHING -> "no checksum to compare with";
                };
        out.println(
                pulled.file()
                        + ": "
                        + (pulled.wasThere() ? "already there, " : "")
                        + checked
                        + pulled.sha256().map(hash -> ", " + hash).orElse(""));
        out.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
