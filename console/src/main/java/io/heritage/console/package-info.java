/**
 * The console: pages for a browser, without a build tool. {@link io.heritage.console.Console}
 * answers {@code /} and the paths of its {@code Asset}s, which are files of this module and of the
 * pinned browser modules beside it, listed one by one in {@code ConsoleFiles}. {@code StartPage} is
 * the page that loads them, with its policy. All of it is read once at the start; nothing is
 * written, and nothing here knows a job: the pages call the gateway's operations as any client.
 */
@NullMarked
package io.heritage.console;

import org.jspecify.annotations.NullMarked;
