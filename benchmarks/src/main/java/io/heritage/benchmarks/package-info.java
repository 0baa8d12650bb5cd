@NullMarked
package io.heritage.benchmarks;

import org.jspecify.annotations.NullMarked;
