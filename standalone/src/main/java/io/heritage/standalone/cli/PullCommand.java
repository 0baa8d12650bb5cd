package io.heritage.standalone.cli;

import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.config.InvalidConfiguration;
import io.heritage.standalone.download.FilePull;
import io.heritage.standalone.download.HubRefused;
import io.heritage.standalone.download.ModelHub;
import io.heritage.standalone.download.PublishedFile;
import io.heritage.standalone.download.PublishedModel;
import io.heritage.standalone.download.PullFailed;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
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
            "Downloads the published files of models from Hugging Face.",
            "",
            "Goes on where an earlier pull ended, checks the SHA-256 of what came, and says which"
                    + " one that was: the published one, or the one the server gives for the file."
                    + " Files that are there and right are not fetched again; others are never"
                    + " replaced. Ctrl-C leaves NAME.part to go on with.",
            "",
            "seedvr2_3b, seedvr2_7b and seedvr2_7b_sharp come from ByteDance-Seed: 14, 33 and 33 GB,"
                    + " and 0.5 GB for the VAE they share.",
            "",
            "wan22 and rife47 come from repositories of third parties that public install scripts"
                    + " name; no author vouches for them, and what is missing there has to be put"
                    + " into the folder by hand. wan22 is the merge that the interpolation API names,"
                    + " made for adult content; its wan_vae_v1.safetensors is Comfy-Org's"
                    + " wan_2.1_vae.safetensors, nothing is published under the first name."
        },
        footer = {
            "",
            "Environment:",
            "  HF_ENDPOINT   another server with the same URLs (default: https://huggingface.co)",
            "  HF_TOKEN      access token, for repositories that want one; sent to HF_ENDPOINT alone",
            "",
            "Examples:",
            "  heritage models pull seedvr2_3b",
            "  heritage models pull seedvr2_7b seedvr2_7b_sharp --fp16 --into /srv/ckpts",
            ""
        })
final class PullCommand implements Callable<Integer> {
    private static final int MEGABYTE = 1_000_000;
    private static final String GOES_ON = "the same command goes on where this one ended";

    @Mixin private final CommonOptions common = new CommonOptions();
    @Mixin private final ConfigOptions config = new ConfigOptions();
    @Spec private CommandSpec spec = CommandSpec.create();
    private final CommandContext surroundings;

    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            description = "seedvr2_3b, seedvr2_7b, seedvr2_7b_sharp, wan22, rife47.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--into",
            paramLabel = "DIR",
            description = "Folder, made if need be (default: that of the configuration, ckpts).")
    private @Nullable Path folder;

    @Option(
            names = "--fp16",
            description = {
                "SeedVR2 in 16 bits, half as large (7, 16.5 and 16.5 GB), from numz/SeedVR2_comfyUI,"
                        + " a third party."
            })
    private boolean half;

    PullCommand(CommandContext surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InvalidConfiguration, CommandFailed {
        List<PublishedFile> files = files();
        Path into = folder();
        // What is said after the interruption has ended is lost: the JVM ends with it.
        try (var interruption = Interruption.watch()) {
            return pull(files, into);
        }
    }

    private int pull(List<PublishedFile> files, Path into) throws CommandFailed {
        PrintWriter out = spec.commandLine().getOut();
        try (Progress progress =
                        Progress.on(
                                System.err,
                                surroundings.terminal(),
                                false,
                                InstantSource.system());
                var hub = new ModelHub(endpoint(), token())) {
            new FilePull(
                            hub,
                            (doing, bytes, total) ->
                                    progress.report(
                                            doing + ", MB", bytes / MEGABYTE, total / MEGABYTE))
                    .pull(files, into, pulled -> report(pulled, out));
            return ExitCode.OK;
        } catch (InterruptedException stopped) {
            spec.commandLine().getErr().println("heritage: stopped; " + GOES_ON);
            return ExitCode.STOPPED;
        } catch (HubRefused | PullFailed refused) {
            throw new CommandFailed(ExitCode.FAILED, String.valueOf(refused.getMessage()), refused);
        } catch (IOException e) {
            String why = e.getMessage() == null ? e.toString() : e.getMessage();
            throw new CommandFailed(ExitCode.UNAVAILABLE, why + "; " + GOES_ON, e);
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
                                            "no model '%s' to pull; there are %s"
                                                    .formatted(name, PublishedModel.ids())));
            List<PublishedFile> wanted = half ? model.halfFiles() : model.files();
            if (wanted.isEmpty()) {
                throw wrong("--fp16: there is one form of " + name);
            }
            wanted.forEach(file -> files.putIfAbsent(file.name(), file));
        }
        return List.copyOf(files.values());
    }

    private Path folder() throws InvalidConfiguration {
        return folder != null
                ? folder
                : HeritageConfig.load(
                                config.file(surroundings.environment()),
                                surroundings.environment(),
                                List.of())
                        .processor()
                        .models();
    }

    private URI endpoint() {
        String typed = surroundings.environment().getOrDefault("HF_ENDPOINT", "");
        try {
            return typed.isBlank() ? ModelHub.HUGGING_FACE : ModelHub.baseOf(typed);
        } catch (IllegalArgumentException notAUrl) {
            throw new ParameterException(
                    spec.commandLine(), "HF_ENDPOINT: " + notAUrl.getMessage(), notAUrl);
        }
    }

    /** What no header can carry is refused here, where the value is not part of the text. */
    private Optional<String> token() {
        Optional<String> token =
                Optional.ofNullable(surroundings.environment().get("HF_TOKEN"))
                        .map(String::strip)
                        .filter(text -> !text.isEmpty());
        if (token.filter(text -> !text.matches("[\\x21-\\x7e]+")).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "HF_TOKEN holds a character that no token has, such as a line break; set it again");
        }
        return token;
    }

    private static void report(FilePull.Pulled pulled, PrintWriter out) {
        String checked =
                switch (pulled.checked()) {
                    case PUBLISHED -> "SHA-256 as published";
                    case SERVER -> "SHA-256 as the server gives it";
                    case NOTHING -> "no checksum to compare with";
                };
        out.println(
                pulled.file()
                        + ": "
                        + (pulled.wasThere() ? "was there, " : "")
                        + checked
                        + pulled.sha256().map(hash -> ", " + hash).orElse(""));
        out.flush();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
