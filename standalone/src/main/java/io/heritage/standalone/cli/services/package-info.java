/**
 * Commands that run the service or a part of it, and those that prepare one:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.services.KeysCommand}: makes an API key;
 *   <li>{@link io.heritage.standalone.cli.services.ConfigCommand}: checks a configuration and
 *       prints it;
 *   <li>{@link io.heritage.standalone.cli.services.UpCommand}: runs all parts in one JVM;
 *   <li>{@link io.heritage.standalone.cli.services.ReadyMessage}: what it prints when jobs run;
 *   <li>{@link io.heritage.standalone.cli.services.GatewayCommand}: runs a gateway;
 *   <li>{@link io.heritage.standalone.cli.services.ProcessorCommand}: runs a processor;
 *   <li>{@link io.heritage.standalone.cli.services.SinkCommand}: runs a sink;
 *   <li>{@link io.heritage.standalone.cli.services.UntilStopped}: how each of them runs.
 * </ol>
 *
 * A service that cannot start is a {@link io.heritage.standalone.cli.command.CommandFailed}.
 */
@NullMarked
package io.heritage.standalone.cli.services;

import org.jspecify.annotations.NullMarked;
