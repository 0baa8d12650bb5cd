/**
 * Commands for what a machine needs to restore and interpolate: models and GPU libraries.
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.cli.install.ModelsCommand}: lists models and makes tiny ones;
 *   <li>{@link io.heritage.standalone.cli.install.PullCommand}: downloads the published files;
 *   <li>{@link io.heritage.standalone.cli.install.DownloadDisplay}: shows how far a download is;
 *   <li>{@link io.heritage.standalone.cli.install.ModelsVerifyCommand}: compares installed files
 *       with their checksums and opens them;
 *   <li>{@link io.heritage.standalone.cli.install.ModelFiles}: these files;
 *   <li>{@link io.heritage.standalone.cli.install.GpuCommand}: says whether jobs will run on a GPU;
 *   <li>{@link io.heritage.standalone.cli.install.GpuInstallCommand}: downloads the CUDA libraries;
 *   <li>{@link io.heritage.standalone.cli.install.DoctorCommand}: looks at the configuration and
 *       the machine before a start;
 *   <li>{@link io.heritage.standalone.cli.install.GoldenCommand}: compares the networks with
 *       reference tensors;
 *   <li>{@link io.heritage.standalone.cli.install.PictureGoldens}: compares how images are sized
 *       for them.
 * </ol>
 */
@NullMarked
package io.heritage.standalone.cli.install;

import org.jspecify.annotations.NullMarked;
