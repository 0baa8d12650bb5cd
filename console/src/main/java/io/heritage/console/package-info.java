/**
 * The console: pages for a browser, without a build tool. {@link io.heritage.console.Console}
 * answers {@code /} and the paths of its {@code Asset}s, which are files of this module and of the
 * pinned browser modules beside it, listed one by one in {@code ConsoleFiles}. {@code StartPage} is
 * the page that loads them, with its policy. All files are read once at the start. The module does
 * not access jobs: the pages call the gateway's operations like any client.
 */
@NullMarked
package io.heritage.console;

import org.jspecify.annotations.NullMarked;
