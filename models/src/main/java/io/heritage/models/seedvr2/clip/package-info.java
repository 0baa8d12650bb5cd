/**
 * One clip through all networks. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.models.seedvr2.clip.RestoreOptions}: how it is restored;
 *   <li>{@link io.heritage.models.seedvr2.clip.TemporalPadding}: how many frames the networks are
 *       given;
 *   <li>{@link io.heritage.models.seedvr2.clip.ClipRestorer}: encodes, samples, decodes.
 * </ol>
 */
@NullMarked
package io.heritage.models.seedvr2.clip;

import org.jspecify.annotations.NullMarked;
