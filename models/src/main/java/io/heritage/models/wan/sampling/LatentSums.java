package io.heritage.models.wan.sampling;

import ai.djl.pytorch.jni.IValue;
import io.heritage.models.checkpoint.TensorShape;
import io.heritage.models.checkpoint.TensorType;
import io.heritage.models.torch.TensorScope;
import io.heritage.models.torch.TorchRuntime;
import io.heritage.models.torch.TorchScript;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** {@code wan_sampling.py}: weighted sums of latents on the device. */
record LatentSums(TorchRuntime runtime, TorchScript script) {
    /** One summand. */
    record Term(double weight, IValue latent) {}

    /** A latent that a solver remembers. */
    record Kept(TensorScope scope, IValue latent) implements AutoCloseable {
        @Override
        public void close() {
            scope.close();
        }
    }

    /** The sum; summands of weight 0 are left out. */
    IValue sum(TensorScope scope, Term... terms) {
        List<Term> counting = List.of(terms).stream().filter(term -> term.weight != 0).toList();
        ByteBuffer weights =
                ByteBuffer.allocateDirect(counting.size() * Double.BYTES)
                        .order(ByteOrder.nativeOrder());
        counting.forEach(term -> weights.putDouble(term.weight));
        try (TensorScope own = runtime.newScope()) {
            return scope.call(
                    script,
                    "combined",
                    own.list(counting.stream().map(Term::latent).toList()),
                    own.tensor(weights.flip(), TensorType.F64, TensorShape.of(counting.size())));
        }
    }

    /** The same, to be kept until it is closed. */
    Kept kept(Term... terms) {
        TensorScope scope = runtime.newScope();
        try {
            return new Kept(scope, sum(scope, terms));
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }
}
