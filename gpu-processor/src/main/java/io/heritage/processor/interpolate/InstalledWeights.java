package io.heritage.processor.interpolate;

/**
 * The weights an engine computes with.
 *
 * @param name the network, {@code rife47}
 * @param source {@code embedded}, or the file in the model folder
 * @param sha256 hash of the file, lower-case hex
 */
public record InstalledWeights(String name, String source, String sha256) {}
