/**
 * Benchmarks. Each prints a ratio to a named reference that is measured in the same run. In the
 * order a job meets what they measure:
 *
 * <ol>
 *   <li>{@code Arguments}: reads the command line;
 *   <li>{@code BrokerProcess}: a broker in its own process;
 *   <li>{@code IngestBenchmark}: uploads of media, into a {@code ServiceProcess};
 *   <li>{@code BurstBenchmark}: many small jobs at once, over a {@code KeptConnection};
 *   <li>{@code MediaTransportBenchmark}: media on Kafka;
 *   <li>{@code QueueLatencyBenchmark}: the latency of the queue;
 *   <li>{@code ProcessorThroughputBenchmark}: jobs a second of some processors, without work;
 *   <li>{@code PurgeBenchmark}: the purge of a long queue;
 *   <li>{@code WaitingJobsBenchmark}: status and health with a long queue, and a sink that is
 *       killed with it;
 *   <li>{@code MembersBenchmark}: how many workers one broker serves;
 *   <li>{@code DurableBrokerBenchmark}: the embedded broker with and without fsync;
 *   <li>{@code RunSyncLatencyBenchmark}: {@code runsync} end to end, against {@code BareKafkaHops},
 *       as {@code Percentiles};
 *   <li>{@code LargeMediaBenchmark}: a file of a gigabyte through small heaps;
 *   <li>{@code RifeBenchmark}, {@code WanBenchmark}, {@code RestoreBenchmark}: the networks, as
 *       {@code StageTimes}; the latter two also in an {@code EagerRace} with an {@code EagerPeer},
 *       the same networks in PyTorch;
 *   <li>{@code LongVideoBenchmark}: host memory of a long video;
 *   <li>{@code SceneCutBenchmark}: precision and recall of scene cuts;
 *   <li>{@code PngBenchmark}: encoding of results;
 *   <li>{@code Av1Benchmark}: encoders of WebM with 10 bit, by their {@code Similarity};
 *   <li>{@code ResultBenchmark}: results on their way to a client;
 *   <li>{@code SplitVideoBenchmark}: one video on four processors.
 * </ol>
 */
@NullMarked
package io.heritage.benchmarks;

import org.jspecify.annotations.NullMarked;
