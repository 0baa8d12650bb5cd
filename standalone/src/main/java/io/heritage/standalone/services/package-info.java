/**
 * The services a process can run. {@link io.heritage.standalone.services.Standalone} runs all of
 * them with the embedded broker, after a {@link io.heritage.standalone.services.HostCheck} and a
 * {@link io.heritage.standalone.services.RetentionCheck}. {@link
 * io.heritage.standalone.services.Service} connects one to an existing Kafka, after a {@link
 * io.heritage.standalone.services.KafkaWait}, and a {@link
 * io.heritage.standalone.services.BucketCheck} where there is a bucket: {@link
 * io.heritage.standalone.services.GatewayService}, {@link
 * io.heritage.standalone.services.ProcessorService} or {@link
 * io.heritage.standalone.services.SinkService}, which needs the {@link
 * io.heritage.standalone.services.RocksLibrary} and says where its {@link
 * io.heritage.standalone.services.StateDisk} is full. {@link
 * io.heritage.standalone.services.KeyReload} takes new keys from the configuration file. Each
 * process has an {@link io.heritage.standalone.services.AdminPort}. What is running is an {@link
 * io.heritage.standalone.services.OpenServices}, closed in reverse order. {@code UploadSecretFile}
 * keeps a secret of it in the data folder. {@link io.heritage.standalone.services.CannotStart} says
 * what is in the way.
 */
@NullMarked
package io.heritage.standalone.services;

import org.jspecify.annotations.NullMarked;
