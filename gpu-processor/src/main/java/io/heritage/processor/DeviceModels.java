package io.heritage.processor;

import io.heritage.models.torch.TorchRuntime;

/**
 * The models of both kinds of jobs on one device. Before one kind is loaded the other gives way,
 * unless the device tells that it has room for both. Device thread only.
 */
final class DeviceModels implements AutoCloseable {
    /** Weights may be widened, and what is computed with them takes about as much again. */
    private static final int ROOM_FOR_FILES = 3;

    private final RestoreModels restoring;
    private final WanModels wan;

    /** Asked before files are loaded. */
    @FunctionalInterface
    interface Room {
        /** Nothing else is loaded on the device. */
        Room ALONE = (_, _) -> {};

        /**
         * @param fileBytes of what will be loaded
         */
        void make(long fileBytes, TorchRuntime runtime);
    }

    DeviceModels(ProcessorConfig config) {
        this.restoring = new RestoreModels(config, this::forRestoring);
        this.wan = new WanModels(config, this::forWan);
    }

    RestoreModels restoring() {
        return restoring;
    }

    WanModels wan() {
        return wan;
    }

    private void forRestoring(long fileBytes, TorchRuntime runtime) {
        if (!hasRoom(fileBytes, runtime)) {
            wan.giveUp();
        }
    }

    private void forWan(long fileBytes, TorchRuntime runtime) {
        if (!hasRoom(fileBytes, runtime)) {
            restoring.giveUp();
        }
    }

    private static boolean hasRoom(long fileBytes, TorchRuntime runtime) {
        return DeviceMemory.free(runtime.device()) / ROOM_FOR_FILES >= fileBytes;
    }

    @Override
    public void close() {
        wan.close();
        restoring.close();
    }
}
