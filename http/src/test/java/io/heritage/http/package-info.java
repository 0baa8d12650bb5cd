@NullMarked
package io.heritage.http;

import org.jspecify.annotations.NullMarked;
