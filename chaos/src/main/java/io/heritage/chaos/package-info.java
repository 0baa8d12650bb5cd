/**
 * Runs an installation of many processes under load and faults, and checks what its clients
 * observed. Not part of the product. In the order of a run:
 *
 * <ol>
 *   <li>{@code Chaos}: the command, with its {@code ChaosOptions}; {@code ChaosRun} is one run
 *   <li>{@code Cluster}: the installation of {@code Part}s, each a process kept alive, with a
 *       {@code Proxy} before each server, {@code Ports} of their own and a {@code Disk} for some;
 *       the processes are {@code BrokerMain}, the product's own commands, and {@code PartMain}
 *   <li>{@code LoadPlan} and {@code FaultPlan}: the plan of the run, derived from the seed
 *   <li>{@code Load}: clients, each a {@code Customer} or a {@code BatchCustomer}; {@code
 *       JobSubmitter} submits and {@code JobWatcher} asks, with a {@code ServiceClient}; {@code
 *       WebhookReceiver} is called; {@code JobOutput} reads what they get
 *   <li>{@code Script}: the work of a job, which {@code ScriptedHandler} executes
 *   <li>{@code Faults}: injects each {@code Disturbance}; instead of them a {@code RollingUpdate}
 *       replaces each part and awaits its {@code Readiness}
 *   <li>{@code ObservationLog}: each {@code Observation} of a client
 *   <li>{@code Checker}: the promises that were broken, from the observations alone; {@code
 *       JobView} is what was seen of a job, {@code JobCheck} the rules about one; {@code
 *       RollingCheck} has those of an update, and looks at the {@code QueuedJobs} as well
 *   <li>{@code Redelivery}, {@code Resources}: times and memory, the former from {@code
 *       TopicContent}; {@code Remains}: what is left over; {@code Report}: all of it in words
 * </ol>
 *
 * <p>Clients, faults and proxies run on virtual threads of one process.
 */
@NullMarked
package io.heritage.chaos;

import org.jspecify.annotations.NullMarked;
