/**
 * Commands that run the service or a part of it, and those that prepare one:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.services.KeysCommand} makes an API key; {@link
 *       io.heritage.standalone.cli.services.ConfigCommand} checks a configuration and prints it.
 *   <li>{@link io.heritage.standalone.cli.services.UpCommand} runs all parts in one JVM and prints
 *       a {@link io.heritage.standalone.cli.services.ReadyMessage}; {@link
 *       io.heritage.standalone.cli.services.GatewayCommand}, {@link
 *       io.heritage.standalone.cli.services.ProcessorCommand} and {@link
 *       io.heritage.standalone.cli.services.SinkCommand} run one part each.
 *   <li>All run {@link io.heritage.standalone.cli.services.UntilStopped}.
 * </ol>
 *
 * A service that cannot start is a {@link io.heritage.standalone.cli.command.CommandFailed}.
 */
@NullMarked
package io.heritage.standalone.cli.services;

import org.jspecify.annotations.NullMarked;
