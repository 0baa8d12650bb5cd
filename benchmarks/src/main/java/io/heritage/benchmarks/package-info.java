/**
 * Measurements, each a ratio against a named reference of the same run, with {@code Arguments} from
 * the command line and a {@code BrokerProcess}. In the order a job meets what they measure: {@code
 * IngestBenchmark} (uploads), {@code MediaTransportBenchmark} (media on Kafka), {@code
 * QueueLatencyBenchmark} (the queue), {@code ProcessorThroughputBenchmark} (jobs without work),
 * {@code PurgeBenchmark} (a long queue purged), {@code WaitingJobsBenchmark} (answers beside one),
 * {@code MembersBenchmark} (workers of one broker), {@code DurableBrokerBenchmark} (the embedded
 * broker), {@code RunSyncLatencyBenchmark} (the whole way, against {@code BareKafkaHops}, as {@code
 * Percentiles}), {@code LargeMediaBenchmark} (a gigabyte through small heaps); {@code
 * RifeBenchmark}, {@code WanBenchmark}, {@code RestoreBenchmark} and {@code LongVideoBenchmark}
 * (the networks, as {@code StageTimes}, in an {@code EagerRace} with the {@code EagerPeer} in
 * PyTorch); {@code SceneCutBenchmark} (cuts); {@code PngBenchmark} (results), {@code
 * ResultBenchmark} (on their way to a client); {@code SplitVideoBenchmark} (one video on four
 * processors).
 */
@NullMarked
package io.heritage.benchmarks;

import org.jspecify.annotations.NullMarked;
