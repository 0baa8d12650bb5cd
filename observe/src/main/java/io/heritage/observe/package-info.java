/**
 * What can be measured of a running part. In the order a number meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.observe.Metric}: the catalogue: a number that is not in it cannot be
 *       recorded;
 *   <li>{@link io.heritage.observe.Meters}: what parts record through; it bounds how many series a
 *       metric may have;
 *   <li>{@link io.heritage.observe.MetricsPage}: keeps what was recorded and writes it as
 *       Prometheus reads it;
 *   <li>{@link io.heritage.observe.MetricsTable}: writes the catalogue as documentation.
 * </ol>
 *
 * <p>Any number of threads may record, and none of them is given an exception for a value.
 */
@NullMarked
package io.heritage.observe;

import org.jspecify.annotations.NullMarked;
