/**
 * The device that one thread owns. In the order a job meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.processor.device.DeviceChoice}: the devices that a configuration names;
 *   <li>{@link io.heritage.processor.device.TorchStart}: starts libtorch there;
 *   <li>{@link io.heritage.processor.device.DeviceRuntime}: libtorch on the first of them, shared
 *       by all models;
 *   <li>{@link io.heritage.processor.device.FreeMemory}: what is free there;
 *   <li>{@link io.heritage.processor.device.DeviceThread}: the thread that owns one;
 *   <li>{@link io.heritage.processor.device.Watchdog}: notices that it hangs;
 *   <li>{@link io.heritage.processor.device.DeviceMemory}: how much of its memory a job may take;
 *   <li>{@link io.heritage.processor.device.DeviceStatus}: what clients and the worker board read
 *       of it;
 *   <li>{@link io.heritage.processor.device.DeviceReport}: looks at it now and then;
 *   <li>{@link io.heritage.processor.device.CheckpointFolder}: where model files are looked for;
 *   <li>{@link io.heritage.processor.device.ResidentModels}: the kinds of models that share it;
 *   <li>{@link io.heritage.processor.device.Evictable}: one such kind.
 * </ol>
 */
@NullMarked
package io.heritage.processor.device;

import org.jspecify.annotations.NullMarked;
