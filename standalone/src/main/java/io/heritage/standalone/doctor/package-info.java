/**
 * Whether Heritage can run here: a {@link io.heritage.standalone.doctor.Checkup} is a list of
 * {@link io.heritage.standalone.doctor.Finding}s about {@link
 * io.heritage.standalone.doctor.MachineChecks}, Kafka and the GPU, and writes them for people or
 * programs. Nothing is changed, unless Kafka is to be set up; what cannot be looked at is a finding
 * too.
 */
@NullMarked
package io.heritage.standalone.doctor;

import org.jspecify.annotations.NullMarked;
