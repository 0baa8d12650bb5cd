@NullMarked
package io.heritage.media;

import org.jspecify.annotations.NullMarked;
