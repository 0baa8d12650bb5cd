@NullMarked
package io.heritage.sink;

import org.jspecify.annotations.NullMarked;
