/**
 * Folders that no other user of the machine can write: {@link
 * io.heritage.standalone.scratch.NativeCaches} lets libraries unpack their native code into a
 * {@link io.heritage.standalone.scratch.PrivateFolder} where the user has no home. Any thread.
 */
@NullMarked
package io.heritage.standalone.scratch;

import org.jspecify.annotations.NullMarked;
