@NullMarked
package io.heritage.standalone.fuzz;

import org.jspecify.annotations.NullMarked;
