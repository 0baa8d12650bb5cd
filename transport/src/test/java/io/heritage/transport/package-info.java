@NullMarked
package io.heritage.transport;

import org.jspecify.annotations.NullMarked;
