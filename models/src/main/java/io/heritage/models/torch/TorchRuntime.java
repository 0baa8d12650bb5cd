package io.heritage.models.torch;

import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtEngine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * libtorch in this process, on one device. Everything loaded by it must be closed before it. The
 * native engine exists once per process and stays until the process ends; a second runtime shares
 * it.
 */
public final class TorchRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);
    private static final String SOURCES = "/io/heritage/models/torchscript/";

    private final TorchOptions options;
    private final PtNDManager manager;
    private final AtomicLong open = new AtomicLong();

    private TorchRuntime(TorchOptions options, PtNDManager manager) {
        this.options = options;
        this.manager = manager;
    }

    /**
     * Loads libtorch, without network access. The first start on a machine unpacks it (450 MB)
     * below {@code ~/.djl.ai}.
     *
     * @throws TorchUnavailable if it is missing, of another version, or has no such device
     */
    public static TorchRuntime start(TorchOptions options) {
        require(options.device());
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        LibtorchEnvironment.prepare();
        Engine engine = loadEngine();
        var runtime =
                new TorchRuntime(
                        options, (PtNDManager) engine.newBaseManager(djlDevice(options.device())));
        runtime.enterThread();
        LOG.atInfo()
                .addKeyValue("libtorch", engine.getVersion())
                .addKeyValue("device", options.device())
                .addKeyValue("threads", options.threads())
                .log("torch runtime started");
        return runtime;
    }

    /**
     * Checks that need no loading of libtorch.
     *
     * @throws TorchUnavailable if it is of another version, or there is no such device; says what
     *     to do
     */
    public static void require(Device device) {
        new LibtorchInstallation(System.getenv()).check(device);
        if (device instanceof Device.Cuda(int index)) {
            int seen = CudaDevice.all().size();
            if (index >= seen) {
                throw new TorchUnavailable(
                        "device %s does not exist: libtorch sees %d CUDA devices; %s"
                                .formatted(
                                        device, seen, whyMissing(NvidiaDriver.ofMachine(), index)));
            }
        }
    }

    static String whyMissing(NvidiaDriver driver, int index) {
        return driver.obstacle()
                .orElseGet(() ->
                        driver.devices().size() <= index
                                ? "this machine has " + String.join(", ", driver.devices())
                                : "%s is present with driver %s: it must be 525.60 or later, and libcudart.so must lie in a folder of -Djna.library.path, as './heritage gpu install' lays it down"
                                        .formatted(
                                                driver.devices().get(index),
                                                driver.version().orElse("of unknown version")));
    }

    private static Engine loadEngine() {
        try {
            Engine engine = Engine.getEngine(PtEngine.ENGINE_NAME);
            if (!engine.getVersion().startsWith(LibtorchInstallation.VERSION)) {
                throw new TorchUnavailable(
                        "libtorch is %s, expected %s"
                                .formatted(engine.getVersion(), LibtorchInstallation.VERSION));
            }
            return engine;
        } catch (RuntimeException | LinkageError e) {
            if (e instanceof TorchUnavailable unavailable) {
                throw unavailable;
            }
            throw new TorchUnavailable(
                    ("libtorch %s cannot be loaded (%s). On Linux x86-64 it comes with the class"
                                    + " path; elsewhere set PYTORCH_LIBRARY_PATH and PYTORCH_VERSION. Is the"
                                    + " home folder writable?")
                            .formatted(LibtorchInstallation.VERSION, rootOf(e).getMessage()),
                    e);
        }
    }

    /** The engine reports only the failure; the loader's message names the library. */
    private static Throwable rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    public TorchOptions options() {
        return options;
    }

    public Device device() {
        return options.device();
    }

    /**
     * Prepares the calling thread: libtorch keeps the number of threads and some switches per
     * thread. Call it once before a thread uses networks of this runtime.
     *
     * <p>When a thread first asks for the number, libtorch replaces its own by the one that any
     * thread set last ({@code ATen/ParallelOpenMP.cpp}, {@code init_num_threads}). So it asks
     * before it sets: results depend on the number.
     */
    public void enterThread() {
        var _ = JniUtils.getNumThreads();
        JniUtils.setNumThreads(options.threads());
        JniUtils.setGraphExecutorOptimize(
                false); // the optimiser recompiles for each shape and gains nothing here
    }

    /**
     * Compiles a network from {@code models/src/main/torchscript}; the caller closes it.
     *
     * @param name of the file without {@code .py}
     * @throws ai.djl.engine.EngineException that names file, line and token of a mistake
     */
    public TorchScript load(String name) {
        return compile(name, source(name));
    }

    TorchScript compile(String name, String source) {
        Model model = Model.newInstance(name, djlDevice(options.device()), PtEngine.ENGINE_NAME);
        try {
            model.load(new ByteArrayInputStream(TorchScriptArchive.of(source)));
            return new TorchScript(name, model, (PtSymbolBlock) model.getBlock());
        } catch (IOException e) {
            model.close();
            throw new UncheckedIOException(e);
        } catch (ai.djl.MalformedModelException e) {
            model.close();
            throw new IllegalStateException("TorchScript '%s' is not accepted".formatted(name), e);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static String source(String name) {
        String path = SOURCES + name + ".py";
        try (InputStream in = TorchRuntime.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalArgumentException("no TorchScript " + path + " on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new scope; the caller closes it. */
    public TensorScope newScope() {
        return new TensorScope(options.device(), (PtNDManager) manager.newSubManager(), open);
    }

    /** Number of open scopes and of values in them. Any thread. */
    public long openValues() {
        return open.get();
    }

    /** Memory of the device now; libtorch's cache does not count as free. */
    public GpuMemory memory() {
        return GpuMemory.of(options.device());
    }

    /**
     * Releases the GPU memory that libtorch caches for later tensors. libtorch does so itself
     * before an allocation fails; a plan that counts free memory has to request it.
     */
    public void releaseKept() {
        if (options.device() instanceof Device.Cuda) {
            JniUtils.emptyCudaCache();
        }
    }

    private static ai.djl.Device djlDevice(Device device) {
        return switch (device) {
            case Device.Cpu() -> ai.djl.Device.cpu();
            case Device.Cuda(int index) -> ai.djl.Device.gpu(index);
        };
    }

    @Override
    public void close() {
        manager.close();
    }
}
