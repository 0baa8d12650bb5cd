/**
 * One immutable tree of records from file, environment and flags. In the order a start meets them:
 *
 * <ol>
 *   <li>{@link io.heritage.standalone.config.SettingsFile} reads YAML or JSON into {@link
 *       io.heritage.standalone.config.Setting}s that remember their line;
 *   <li>{@link io.heritage.standalone.config.EnvironmentSettings} reads {@code HERITAGE_…}
 *       variables into the same tree, {@link io.heritage.standalone.config.ConfigKey} lists the
 *       keys there are;
 *   <li>{@link io.heritage.standalone.config.RecordBinder} lays both over the defaults of {@link
 *       io.heritage.standalone.config.HeritageConfig}; a {@link
 *       io.heritage.standalone.config.ValueKind} says how each component is written, {@link
 *       io.heritage.standalone.config.ScalarReader} reads single values, {@link
 *       io.heritage.schemas.NearestName} suggests what an unknown key was meant to be;
 *   <li>{@link io.heritage.standalone.config.Problems} are thrown together as {@link
 *       io.heritage.standalone.config.InvalidConfiguration};
 *   <li>{@link io.heritage.standalone.config.EffectiveConfig} prints the result, {@link
 *       io.heritage.standalone.config.Redaction} knows which values are secret.
 * </ol>
 *
 * One thread, at start.
 */
@NullMarked
package io.heritage.standalone.config;

import org.jspecify.annotations.NullMarked;
