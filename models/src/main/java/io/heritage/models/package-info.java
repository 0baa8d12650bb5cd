@NullMarked
package io.heritage.models;

import org.jspecify.annotations.NullMarked;
