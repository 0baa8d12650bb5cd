/** Contracts of the ports, brokers for tests, and the tests of what the ports share. */
@NullMarked
package io.heritage.transport;

import org.jspecify.annotations.NullMarked;
