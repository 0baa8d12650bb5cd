/**
 * Folds submissions and events into one state per job with Kafka Streams. In the order a job meets
 * them:
 *
 * <ol>
 *   <li>{@link io.heritage.sink.fold.JobTopology}: brings submissions and events together;
 *   <li>{@link io.heritage.sink.fold.QueueReader}: reads the queues;
 *   <li>{@link io.heritage.sink.fold.Fact}: a submission, an event, or how far the queues are read;
 *   <li>{@link io.heritage.sink.fold.JobFold}: what the fold works with;
 *   <li>{@link io.heritage.sink.fold.TracedFold}: folds, within the trace of an attempt;
 *   <li>{@link io.heritage.sink.fold.JobProcessor}: folds the jobs of a partition;
 *   <li>{@link io.heritage.sink.fold.SubmissionFold}: folds what a job is and where it waits;
 *   <li>{@link io.heritage.sink.fold.EventFold}: folds what happens to it;
 *   <li>{@link io.heritage.sink.fold.JobTransitions}: stores what it has become, with all that
 *       follows;
 *   <li>{@link io.heritage.sink.fold.StopOrders}: tells workers whose attempt does not count;
 *   <li>{@link io.heritage.sink.fold.TrackedJob}: the state of one job;
 *   <li>{@link io.heritage.sink.fold.JobStore}: where states are kept;
 *   <li>{@link io.heritage.sink.fold.PartsProgress}: how far the parts of its result have come;
 *   <li>{@link io.heritage.sink.fold.QueueWriter}: writes jobs into the queues;
 *   <li>{@link io.heritage.sink.fold.PartitionTurns}: writes those whose owner's turn has come;
 *   <li>{@link io.heritage.sink.fold.LaneRoom}: how many jobs may wait in a lane that owners share;
 *   <li>{@link io.heritage.sink.fold.NeededPlaces}: from where on jobs that wait for it are needed;
 *   <li>{@link io.heritage.sink.fold.FoldMeters}: records what becomes of jobs;
 *   <li>{@link io.heritage.sink.fold.PartitionPurges}: cancels the jobs that purges cover;
 *   <li>{@link io.heritage.sink.fold.PurgeTally}: what a purge has done in a partition, kept in the
 *       {@link io.heritage.sink.fold.PurgeStore};
 *   <li>{@link io.heritage.sink.fold.DividedJobs}: leads a job that several workers share;
 *   <li>{@link io.heritage.sink.fold.Batches}: leads a batch of jobs;
 *   <li>{@link io.heritage.sink.fold.JobRules}: what time does to a job;
 *   <li>{@link io.heritage.sink.fold.DueJobs}: does it when it is due;
 *   <li>{@link io.heritage.sink.fold.WorkerPresence}: which workers are alive, and on what they
 *       work;
 *   <li>{@link io.heritage.sink.fold.QueueStarts}: how far the groups of the queues are through;
 *   <li>{@link io.heritage.sink.fold.KafkaQueueStarts}: asks Kafka for it;
 *   <li>{@link io.heritage.sink.fold.LostFromQueue}: finds jobs that their queue has dropped;
 *   <li>{@link io.heritage.sink.fold.WebhookState}: how far the call of a webhook has come;
 *   <li>{@link io.heritage.sink.fold.WebhookResends}: which are wanted once more;
 *   <li>{@link io.heritage.sink.fold.PendingWebhooks}: whose turn it is to be called;
 *   <li>{@link io.heritage.sink.fold.WebhookCalls}: calls those of a partition;
 *   <li>{@link io.heritage.sink.fold.WebhookCall}: calls one;
 *   <li>{@link io.heritage.sink.fold.Outgoing}: what the fold has to say;
 *   <li>{@link io.heritage.sink.fold.FoldPulse}: whether the fold makes progress;
 *   <li>{@link io.heritage.sink.fold.FoldProgress}: how far the queues have been folded here;
 *   <li>{@link io.heritage.sink.fold.EventOffsets}: asks Kafka how far the log of events is read;
 *   <li>{@link io.heritage.sink.fold.TakeOvers}: when a partition that began here is up to date;
 *   <li>{@link io.heritage.sink.fold.FoldReach}: whether what came before a question is folded;
 *   <li>{@link io.heritage.sink.fold.Waiters}: wakes requests that wait for a job;
 *   <li>{@link io.heritage.sink.fold.RunTimes}: how long the last jobs took;
 *   <li>{@link io.heritage.sink.fold.FoldStores}: the stores that are here, and who has the others;
 *   <li>{@link io.heritage.sink.fold.JobDirectory}: finds a job, here or at another sink.
 * </ol>
 */
@NullMarked
package io.heritage.sink.fold;

import org.jspecify.annotations.NullMarked;
