/** Tests of the checker, and a short run of the harness. */
@NullMarked
package io.heritage.chaos;

import org.jspecify.annotations.NullMarked;
