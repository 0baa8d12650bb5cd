/**
 * How far work is, on stderr. {@link io.heritage.standalone.progress.ProgressView} is told by a
 * command how far its {@link io.heritage.standalone.progress.ProgressSubject} is, adds the {@link
 * io.heritage.standalone.progress.TimeLeft}, and hands each {@link
 * io.heritage.standalone.progress.ProgressEvent} to the {@link
 * io.heritage.standalone.progress.Renderer} of the {@link
 * io.heritage.standalone.progress.ProgressMode}: {@link
 * io.heritage.standalone.progress.BarRenderer} on a terminal with {@link
 * io.heritage.standalone.progress.ScreenText}, {@link io.heritage.standalone.progress.LineRenderer}
 * in logs, {@link io.heritage.standalone.progress.JsonRenderer} for programs. {@link
 * io.heritage.standalone.progress.Screen} is what is known of the terminal. One thread at a time.
 */
@NullMarked
package io.heritage.standalone.progress;

import org.jspecify.annotations.NullMarked;
