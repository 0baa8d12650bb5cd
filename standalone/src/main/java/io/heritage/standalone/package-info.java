@NullMarked
package io.heritage.standalone;

import org.jspecify.annotations.NullMarked;
