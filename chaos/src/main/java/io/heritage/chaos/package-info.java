/**
 * An installation of many processes under load and faults, and a checker of what its clients saw.
 * No part of the product. {@code Chaos} is the command with its {@code ChaosOptions}.
 */
@NullMarked
package io.heritage.chaos;

import org.jspecify.annotations.NullMarked;
