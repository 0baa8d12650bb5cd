/**
 * Measurements, each a ratio against a named reference of the same run. Of the pipeline: {@code
 * IngestBenchmark}, {@code MediaTransportBenchmark}, {@code RunSyncLatencyBenchmark}, {@code
 * BareKafkaHops}, {@code DurableBrokerBenchmark}, {@code QueueLatencyBenchmark}; of the networks:
 * {@code RestoreBenchmark}, {@code LongVideoBenchmark}, {@code WanBenchmark}, {@code
 * RifeBenchmark}, beside eager PyTorch by {@code EagerRace} and {@code EagerPeer}; of media: {@code
 * PngBenchmark}. {@code Arguments}, {@code StageTimes} and {@code Percentiles} serve them all.
 */
@NullMarked
package io.heritage.benchmarks;

import org.jspecify.annotations.NullMarked;
