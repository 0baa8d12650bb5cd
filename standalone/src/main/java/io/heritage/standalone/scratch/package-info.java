/**
 * Folders that no other user of the machine can write. {@link
 * io.heritage.standalone.scratch.PrivateFolder} finds or makes one in the shared folder for
 * temporary files. {@link io.heritage.standalone.scratch.NativeCaches} lets libraries unpack their
 * native code there where the user has no home, {@link
 * io.heritage.standalone.scratch.ScratchFolder} is one for the time of a command; what a killed
 * process left is removed by the next one. Any thread.
 */
@NullMarked
package io.heritage.standalone.scratch;

import org.jspecify.annotations.NullMarked;
