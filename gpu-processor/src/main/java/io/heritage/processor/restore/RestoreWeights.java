package io.heritage.processor.restore;

import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.torch.Precision;

/** Key of a resident model: the weights of a variant in one precision. */
record RestoreWeights(SeedVr2Variant variant, Precision precision) {}
