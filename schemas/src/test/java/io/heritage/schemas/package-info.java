@NullMarked
package io.heritage.schemas;

import org.jspecify.annotations.NullMarked;
