/**
 * One immutable tree of records from file, environment and flags. In the order a start meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.config.SettingsFile}: reads a file in YAML or JSON;
 *   <li>{@link io.heritage.standalone.config.Setting}: a value from it that remembers its line;
 *   <li>{@link io.heritage.standalone.config.EnvironmentSettings}: reads {@code HERITAGE_…}
 *       variables into the same tree;
 *   <li>{@link io.heritage.standalone.config.ConfigKey}: a key there is, as the documentation lists
 *       it;
 *   <li>{@link io.heritage.standalone.config.HeritageConfig}: the whole configuration, which begins
 *       as a record of defaults;
 *   <li>{@link io.heritage.standalone.config.RecordBinder}: lays file and variables over these, and
 *       suggests by {@link io.heritage.schemas.NearestName} what an unknown key was meant to be;
 *   <li>{@link io.heritage.standalone.config.ValueKind}: how a component of a record is written;
 *   <li>{@link io.heritage.standalone.config.ScalarReader}: reads one value;
 *   <li>{@link io.heritage.standalone.config.Problems}: what is wrong, all of it together;
 *   <li>{@link io.heritage.standalone.config.InvalidConfiguration}: how that is thrown;
 *   <li>{@link io.heritage.standalone.config.EffectiveConfig}: prints the result;
 *   <li>{@link io.heritage.standalone.config.Redaction}: which values are secret.
 * </ol>
 *
 * One thread, at start.
 */
@NullMarked
package io.heritage.standalone.config;

import org.jspecify.annotations.NullMarked;
