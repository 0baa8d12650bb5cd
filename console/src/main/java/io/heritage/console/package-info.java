/**
 * The console: pages for a browser, without a build tool. In the order a request meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.console.Console}: answers {@code /} and the paths of the files;
 *   <li>{@link io.heritage.console.StartPage}: the page that loads them, with its policy;
 *   <li>{@link io.heritage.console.ConsoleFiles}: lists them one by one: files of this module and
 *       the pinned browser modules beside it;
 *   <li>{@link io.heritage.console.Asset}: one of them in memory.
 * </ol>
 *
 * <p>All of it is read once at the start; nothing is written, and nothing here knows a job: the
 * pages call the gateway's operations as any client.
 */
@NullMarked
package io.heritage.console;

import org.jspecify.annotations.NullMarked;
