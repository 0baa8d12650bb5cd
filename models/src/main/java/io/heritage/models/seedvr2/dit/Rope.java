package io.heritage.models.seedvr2.dit;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.seedvr2.dit.DitLayout.Kind;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchScript;

/**
 * Rotation of queries and keys (docs/spec/seedvr2.md, sections 3 and 4).
 *
 * @param headWidth channels of a head
 */
record Rope(Kind kind, int headWidth) {
    /**
     * For every video token in window order, [N, 1, d / 2, 2].
     *
     * @param like a tensor of the device it is for
     */
    IValue ofVideo(
            TensorScope scope,
            TorchScript script,
            WindowOrder windows,
            int textTokens,
            IValue like) {
        IValue extents = scope.numbers(windows.extents());
        IValue width = scope.number((long) headWidth);
        return switch (kind) {
            case PIXEL_GELU -> scope.call(script, "pixel_rope", extents, width, like);
            case MM_SWIGLU ->
                    scope.call(
                            script,
                            "mm_rope",
                            extents,
                            width,
                            scope.number((long) textTokens),
                            like);
        };
    }

    /** For every text token, [l, 1, d / 2, 2]. */
    IValue ofText(TensorScope scope, TorchScript script, int textTokens, IValue like) {
        String method =
                switch (kind) {
                    case PIXEL_GELU -> "still_rope";
                    case MM_SWIGLU -> "mm_text_rope";
                };
        return scope.call(
                script,
                method,
                scope.number((long) headWidth),
                scope.number((long) textTokens),
                like);
    }
}
