/**
 * Folders that no other user of the machine can write. In the order a start meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.scratch.NativeCaches}: where libraries unpack their native
 *       code, also if the user has no home;
 *   <li>{@link io.heritage.standalone.scratch.PrivateFolder}: a folder of this user among those of
 *       others.
 * </ol>
 *
 * <p>Any thread.
 */
@NullMarked
package io.heritage.standalone.scratch;

import org.jspecify.annotations.NullMarked;
