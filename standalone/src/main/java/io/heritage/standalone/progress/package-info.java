/**
 * How far work is, on stderr. In the order an update meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.progress.ProgressSubject}: the work that progress is shown
 *       for;
 *   <li>{@link io.heritage.standalone.progress.ProgressMode}: how it is shown;
 *   <li>{@link io.heritage.standalone.progress.ProgressView}: told by a command how far it is;
 *   <li>{@link io.heritage.standalone.progress.TimeLeft}: estimates when it will be done;
 *   <li>{@link io.heritage.standalone.progress.ProgressEvent}: what is to be shown;
 *   <li>{@link io.heritage.standalone.progress.Renderer}: shows it;
 *   <li>{@link io.heritage.standalone.progress.Screen}: what is known of the terminal;
 *   <li>{@link io.heritage.standalone.progress.BarRenderer}: a bar on a terminal;
 *   <li>{@link io.heritage.standalone.progress.ScreenText}: how much room a text takes there;
 *   <li>{@link io.heritage.standalone.progress.LineRenderer}: plain lines for logs;
 *   <li>{@link io.heritage.standalone.progress.JsonRenderer}: lines of JSON for programs.
 * </ol>
 *
 * <p>One thread at a time.
 */
@NullMarked
package io.heritage.standalone.progress;

import org.jspecify.annotations.NullMarked;
