package io.heritage.standalone.cli.files;

import io.heritage.media.TemporaryFiles;
import io.heritage.models.seedvr2.SeedVr2Tiny;
import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.standalone.output.FileTree;
import java.io.IOException;
import java.nio.file.Path;

/** A small SeedVR2 3B with random weights that is made for one run; nothing is installed. */
record TinyModel(Path folder) implements AutoCloseable {
    static final SeedVr2Variant VARIANT = SeedVr2Variant.SEEDVR2_3B;

    static TinyModel make() throws IOException {
        var model = new TinyModel(TemporaryFiles.ofThisProcess().newFolder("tiny-"));
        try {
            SeedVr2Tiny.write(model.folder, VARIANT);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        FileTree.delete(folder);
    }
}
