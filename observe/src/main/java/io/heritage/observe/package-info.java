/**
 * What can be measured of a running part. {@link io.heritage.observe.Metric} is the catalogue: a
 * number that is not in it cannot be recorded. Parts record through {@link
 * io.heritage.observe.Meters}, which are safe for use by any number of threads and never throw for
 * a value, and bound how many series a metric may have. {@link io.heritage.observe.MetricsPage}
 * keeps what was recorded and writes it as Prometheus reads it, {@link
 * io.heritage.observe.MetricsTable} writes the catalogue as documentation.
 */
@NullMarked
package io.heritage.observe;

import org.jspecify.annotations.NullMarked;
