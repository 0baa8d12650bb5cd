/**
 * Settings of a processor. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.config.ProcessorConfig}: one processor;
 *   <li>{@link io.heritage.processor.config.EncoderChoice}: whether CPU or GPU encode videos;
 *   <li>{@link io.heritage.processor.config.ResidencyConfig}: which models are in memory;
 *   <li>{@link io.heritage.processor.config.UploadConfig}: buckets that results go into;
 *   <li>{@link io.heritage.processor.config.WanConfig}: how Wan2.2 is run where its files are
 *       installed.
 * </ol>
 */
@NullMarked
package io.heritage.processor.config;

import org.jspecify.annotations.NullMarked;
