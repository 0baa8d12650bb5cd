/**
 * The services a process can run. In the order a start meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.services.Standalone}: broker, sink, gateway and processor in
 *       this process;
 *   <li>{@link io.heritage.standalone.services.Service}: connects one service to an existing Kafka;
 *   <li>{@link io.heritage.standalone.services.CannotStart}: what outside is in the way, and what
 *       to do;
 *   <li>{@link io.heritage.standalone.services.RetentionCheck}: whether media are kept for as long
 *       as jobs refer to them;
 *   <li>{@link io.heritage.standalone.services.HostCheck}: whether the machine has what the service
 *       needs;
 *   <li>{@link io.heritage.standalone.services.OpenServices}: what has been started; closes the
 *       latest first;
 *   <li>{@link io.heritage.standalone.services.AdminPort}: probes, metrics and traces of the
 *       process;
 *   <li>{@link io.heritage.standalone.services.UploadSecretFile}: the secret of {@code Standalone}
 *       for credentials of uploads, kept in the data folder;
 *   <li>{@link io.heritage.standalone.services.KafkaWait}: waits until a broker accepts
 *       connections;
 *   <li>{@link io.heritage.standalone.services.BucketCheck}: whether the bucket for large media can
 *       be used;
 *   <li>{@link io.heritage.standalone.services.SinkService}: a sink;
 *   <li>{@link io.heritage.standalone.services.RocksLibrary}: the native library of its store;
 *   <li>{@link io.heritage.standalone.services.StateDisk}: the disk of its states, which may be
 *       full;
 *   <li>{@link io.heritage.standalone.services.GatewayService}: a gateway;
 *   <li>{@link io.heritage.standalone.services.KeyReload}: gives it new keys when the configuration
 *       file changes;
 *   <li>{@link io.heritage.standalone.services.ProcessorService}: a processor.
 * </ol>
 *
 * <p>A start runs on the caller's thread and closes what it has begun if it fails; {@code
 * KeyReload} has a virtual thread of its own.
 */
@NullMarked
package io.heritage.standalone.services;

import org.jspecify.annotations.NullMarked;
