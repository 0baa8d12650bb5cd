package io.heritage.models.torch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The device has no memory left for a step; smaller slices may help. */
public final class OutOfDeviceMemory extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * Messages of libtorch and its libraries. cuBLAS and cuDNN allocate memory themselves; cuDNN
     * finds no algorithm if there is no memory for the work space of any.
     */
    private static final List<String> TEXTS =
            List.of(
                    "out of memory",
                    "can't allocate memory",
                    "std::bad_alloc",
                    "CUBLAS_STATUS_ALLOC_FAILED",
                    "CUDNN_STATUS_ALLOC_FAILED",
                    "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
                    "CUSOLVER_STATUS_ALLOC_FAILED",
                    "nable to find an engine to execute this computation",
                    "nable to find a valid cuDNN algorithm");

    /** Whether an operator that failed with this message lacked memory. */
    static boolean isSaidBy(@Nullable String message) {
        return message != null && TEXTS.stream().anyMatch(message::contains);
    }

    public OutOfDeviceMemory(Device device, Throwable cause) {
        super("out of memory on " + device, cause);
    }
}
