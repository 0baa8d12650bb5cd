/**
 * Metrics of a running part. {@link io.heritage.observe.Metric} is the catalogue: a number that is
 * not in it cannot be recorded. Parts record through {@link io.heritage.observe.Meters}, which are
 * safe for use by any number of threads, never throw for a value, and limit the series of a metric.
 * {@link io.heritage.observe.MetricsPage} keeps the values and writes them in Prometheus' format,
 * {@link io.heritage.observe.MetricsTable} writes the catalogue as documentation.
 */
@NullMarked
package io.heritage.observe;

import org.jspecify.annotations.NullMarked;
