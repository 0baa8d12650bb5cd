/**
 * Whether Heritage can run here. In the order a check meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.doctor.Checkup}: all findings about this machine, Kafka and
 *       the GPU, for people or programs;
 *   <li>{@link io.heritage.standalone.doctor.MachineChecks}: what is looked at on the machine;
 *   <li>{@link io.heritage.standalone.doctor.Finding}: one thing that was looked at, and what to
 *       do.
 * </ol>
 *
 * <p>Nothing is changed, unless Kafka is to be set up; what cannot be looked at is a finding too.
 */
@NullMarked
package io.heritage.standalone.doctor;

import org.jspecify.annotations.NullMarked;
