@NullMarked
package io.heritage.console;

import org.jspecify.annotations.NullMarked;
