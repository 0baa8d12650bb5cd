@NullMarked
package io.heritage.processor;

import org.jspecify.annotations.NullMarked;
