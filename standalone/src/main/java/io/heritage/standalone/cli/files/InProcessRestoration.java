package io.heritage.standalone.cli.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.processor.config.ProcessorConfig;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.restore.LocalRestoration;
import io.heritage.processor.restore.RestoreSummary;
import io.heritage.schemas.RestoreInput;
import io.heritage.schemas.RestoreRequest;
import io.heritage.standalone.progress.ProgressView;
import java.io.IOException;
import java.nio.file.Path;

/** Restoration without a server; the model stays loaded from one file to the next. */
final class InProcessRestoration implements AutoCloseable {
    private final LocalRestoration restoration;

    /**
     * @param keepUnfinished whether a video that is stopped keeps the frames that are restored
     */
    InProcessRestoration(ProcessorConfig config, boolean keepUnfinished) {
        this.restoration = new LocalRestoration(config, keepUnfinished);
    }

    /**
     * @throws InterruptedException when the user stopped it
     */
    JsonNode run(
            RestoreInput.Model model,
            Path in,
            RestoreRequest request,
            Path out,
            ProgressView progress)
            throws IOException, InterruptedException {
        progress.report("load", 0, 0);
        try {
            return facts(request, restoration.run(model, in, request, out, observer(progress)));
        } catch (WorkStopped stopped) {
            var interrupted = new InterruptedException("stopped");
            interrupted.initCause(stopped);
            throw interrupted;
        }
    }

    private static WorkObserver observer(ProgressView progress) {
        return new WorkObserver() {
            @Override
            public void checkpoint() {
                // The engine itself checks for an interrupt of the calling thread.
            }

            @Override
            public void progress(WorkProgress done) {
                progress.report(done.stage(), done.framesDone(), done.framesTotal());
            }
        };
    }

    private static JsonNode facts(RestoreRequest request, RestoreSummary summary) {
        ObjectNode facts = JsonNodeFactory.instance.objectNode();
        facts.put("media_type", summary.mediaType())
                .put("width", summary.size().width())
                .put("height", summary.size().height())
                .put("frames", summary.frames())
                .put("scenes", summary.scenes())
                .put("fit", request.options().fit())
                .put("colour_fix", request.options().colourFix())
                .put("precision", summary.precision());
        summary.encoding().describe(facts);
        summary.notes().describe(facts);
        if (summary.tiny()) {
            facts.put("tiny", true);
        }
        summary.fallbacks().forEach(facts.putArray("memory_fallbacks")::add);
        return facts;
    }

    @Override
    public void close() throws IOException {
        restoration.close();
    }
}
