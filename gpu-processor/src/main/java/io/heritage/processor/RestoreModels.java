package io.heritage.processor;

import io.heritage.schemas.RestoreInput;
import java.util.List;
import java.util.stream.Stream;

/** Which files a restoration model consists of, and whether they are installed. */
final class RestoreModels {
    private static final List<String> SHARED = List.of("ema_vae.pth", "pos_emb.pt", "neg_emb.pt");

    private final CheckpointFolder folder;

    RestoreModels(CheckpointFolder folder) {
        this.folder = folder;
    }

    /** Why the model cannot be used: names each missing file and where it was looked for. */
    JobFailed notReady(RestoreInput.Model model) {
        List<String> missing = folder.missing(filesOf(model));
        if (!missing.isEmpty()) {
            return new JobFailed("Model initialization failed: " + folder.describeMissing(missing));
        }
        return new JobFailed(
                "Model initialization failed: the files of %s are in %s, but this version of Heritage cannot run them yet"
                        .formatted(model.type(), folder.path()));
    }

    private static List<String> filesOf(RestoreInput.Model model) {
        return Stream.concat(Stream.of(model.checkpoint()), SHARED.stream()).toList();
    }
}
