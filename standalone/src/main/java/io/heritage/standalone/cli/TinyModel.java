package io.heritage.standalone.cli;

import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.scratch.ScratchFolder;
import java.io.IOException;
import java.nio.file.Path;

/** A small SeedVR2 3B with random weights that is there for one run; nothing is installed. */
final class TinyModel implements AutoCloseable {
    static final SeedVr2Variant VARIANT = SeedVr2Variant.SEEDVR2_3B;

    private final ScratchFolder scratch;

    private TinyModel(ScratchFolder scratch) {
        this.scratch = scratch;
    }

    static TinyModel make() throws IOException {
        var model = new TinyModel(ScratchFolder.open());
        try {
            SeedVr2Tiny.write(model.folder(), VARIANT);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    Path folder() {
        return scratch.path();
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }
}
