@NullMarked
package io.heritage.gateway;

import org.jspecify.annotations.NullMarked;
