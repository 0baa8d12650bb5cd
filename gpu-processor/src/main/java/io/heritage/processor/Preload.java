package io.heritage.processor;

import io.heritage.processor.device.Watchdog;
import io.heritage.processor.interpolate.RifeHolder;
import io.heritage.processor.interpolate.WanModels;
import io.heritage.processor.job.Shutdown;
import io.heritage.processor.job.WorkObserver;
import io.heritage.processor.job.WorkProgress;
import io.heritage.processor.job.WorkStopped;
import io.heritage.processor.restore.RestoreModels;
import io.heritage.schemas.PublishedModel;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads models before the first job. A model that cannot be loaded fails its jobs, not the
 * processor, because it may be installed later. Device thread only.
 */
final class Preload {
    private static final Logger LOG = LoggerFactory.getLogger(Preload.class);

    private final RifeHolder rife;
    private final RestoreModels restoring;
    private final WanModels wan;
    private final WorkObserver observer;

    Preload(
            RifeHolder rife,
            RestoreModels restoring,
            WanModels wan,
            Watchdog watchdog,
            Shutdown shutdown) {
        this.rife = rife;
        this.restoring = restoring;
        this.wan = wan;
        this.observer = new UntilShutdown(watchdog, shutdown);
    }

    /**
     * @return whether all are loaded
     */
    boolean load(List<String> models) {
        boolean complete = true;
        try {
            for (String id : models) {
                complete &= tryToLoad(id);
            }
            return complete;
        } catch (WorkStopped stopped) {
            LOG.atInfo().log("preload interrupted: processor is stopping");
            return false;
        }
    }

    private boolean tryToLoad(String id) {
        try {
            return load(PublishedModel.of(id).orElseThrow());
        } catch (WorkStopped stopped) {
            throw stopped;
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("model", id).setCause(e).log("model not loaded");
            return false;
        }
    }

    private boolean load(PublishedModel model) {
        if (PublishedModel.restoring().contains(model)) {
            restoring.preload(model, observer);
            return true;
        }
        return switch (model) {
            case RIFE47 -> rife.load();
            case WAN22 -> {
                wan.preload(observer);
                yield true;
            }
            default -> throw new IllegalStateException("no part of the processor loads it");
        };
    }

    private record UntilShutdown(Watchdog watchdog, Shutdown shutdown) implements WorkObserver {
        @Override
        public void checkpoint() {
            watchdog.pass();
            if (shutdown.isRequested()) {
                throw new WorkStopped(WorkStopped.Reason.SHUTDOWN);
            }
        }

        @Override
        public void progress(WorkProgress progress) {}
    }
}
