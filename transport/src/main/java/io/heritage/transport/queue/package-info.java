/**
 * Jobs as a Kafka share group: one job at a time a worker. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.transport.queue.JobQueue}: the queue as a worker sees it;
 *   <li>{@link io.heritage.transport.queue.KafkaJobQueue}: the same on Kafka;
 *   <li>{@link io.heritage.transport.queue.QueueSettings}: locks and waits;
 *   <li>{@link io.heritage.transport.queue.LaneState}: what a worker knows of one lane;
 *   <li>{@link io.heritage.transport.queue.LaneShard}: one of the topics that a lane is split into;
 *   <li>{@link io.heritage.transport.queue.LaneShards}: asks for them;
 *   <li>{@link io.heritage.transport.queue.KafkaLaneShards}: asks Kafka;
 *   <li>{@link io.heritage.transport.queue.ShardDeal}: which one a job is submitted to;
 *   <li>{@link io.heritage.transport.queue.ShardChoice}: which one a worker serves;
 *   <li>{@link io.heritage.transport.queue.ShardWatch}: looks at them now and then;
 *   <li>{@link io.heritage.transport.queue.HeldModels}: what a worker need not load;
 *   <li>{@link io.heritage.transport.queue.ModelDemand}: the jobs of a model, and who serves it;
 *   <li>{@link io.heritage.transport.queue.ModelDemands}: asks for that;
 *   <li>{@link io.heritage.transport.queue.KafkaModelDemands}: asks Kafka;
 *   <li>{@link io.heritage.transport.queue.NextModel}: which model a worker loads next, and when;
 *   <li>{@link io.heritage.transport.queue.LaneStanding}: what that makes of a lane;
 *   <li>{@link io.heritage.transport.queue.ModelLanes}: what it makes of all of them;
 *   <li>{@link io.heritage.transport.queue.ModelWatch}: looks at them again and again;
 *   <li>{@link io.heritage.transport.queue.LanePlace}: which topic of a lane is served;
 *   <li>{@link io.heritage.transport.queue.LaneConsumer}: serves one lane, on a thread;
 *   <li>{@link io.heritage.transport.queue.LanePace}: whether it fetches several jobs at a time;
 *   <li>{@link io.heritage.transport.queue.LaneMember}: talks to the lane's share group;
 *   <li>{@link io.heritage.transport.queue.ClaimMeters}: records what it is given and may keep;
 *   <li>{@link io.heritage.transport.queue.LaneSchedule}: where worker and lanes wait for each
 *       other;
 *   <li>{@link io.heritage.transport.queue.LaneChoice}: which lane is asked, and whose job the
 *       worker gets;
 *   <li>{@link io.heritage.transport.queue.LaneTurns}: whose turn it is;
 *   <li>{@link io.heritage.transport.queue.AnswerTime}: how long a lane may take to answer;
 *   <li>{@link io.heritage.transport.queue.HeldJob}: where worker and lane meet;
 *   <li>{@link io.heritage.transport.queue.ClaimedJob}: a job that this worker may run;
 *   <li>{@link io.heritage.transport.queue.QueueWindows}: how far the queues have come;
 *   <li>{@link io.heritage.transport.queue.LaneWindow}: the same of one lane, with the proof that a
 *       record is gone;
 *   <li>{@link io.heritage.transport.queue.KafkaQueueWindows}: the same on Kafka;
 *   <li>{@link io.heritage.transport.queue.WaitingStarts}: from where on jobs are needed that wait
 *       for their owner's turn;
 *   <li>{@link io.heritage.transport.queue.WindowWatch}: warns before a window is full.
 * </ol>
 */
@NullMarked
package io.heritage.transport.queue;

import org.jspecify.annotations.NullMarked;
