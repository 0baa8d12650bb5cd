package io.heritage.models.seedvr2.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.seedvr2.vae.Tiling.Axis;
import io.heritage.models.seedvr2.vae.Tiling.Tile;
import io.heritage.models.seedvr2.vae.Tiling.TileSpan;
import org.junit.jupiter.api.Test;

class TilingTest {
    @Test
    void rowsAndColumnsAreCutEachByTheirOwnTileAndOverlap() {
        var tiling = new Tiling(new Axis(48, 16), new Axis(32, 8));
        var rows =
                new TileSpan[] {new TileSpan(0, 6, true, false), new TileSpan(4, 4, false, true)};
        var columns =
                new TileSpan[] {
                    new TileSpan(0, 4, true, false),
                    new TileSpan(3, 4, false, false),
                    new TileSpan(6, 4, false, true)
                };
        assertThat(tiling.tiles(8, 10))
                .containsExactly(
                        new Tile(rows[0], columns[0]),
                        new Tile(rows[0], columns[1]),
                        new Tile(rows[0], columns[2]),
                        new Tile(rows[1], columns[0]),
                        new Tile(rows[1], columns[1]),
                        new Tile(rows[1], columns[2]));
    }

    @Test
    void aPictureIsCoveredOnlyIfBothOfItsSidesAre() {
        var tiling = new Tiling(new Axis(64, 16), new Axis(32, 16));
        assertThat(tiling.covers(8, 4)).isTrue();
        assertThat(tiling.covers(9, 4)).isFalse();
        assertThat(tiling.covers(8, 5)).isFalse();
        assertThat(tiling.pixels(48, 640)).isEqualTo(48 * 32);
    }

    @Test
    void theNameTellsWidthAndHeightWhereTheyDiffer() {
        assertThat(Tiling.LARGE.described()).isEqualTo("VAE tiles of 1024 pixels");
        assertThat(new Tiling(new Axis(64, 16), new Axis(32, 16)).described())
                .isEqualTo("VAE tiles of 32 x 64 pixels");
    }

    @Test
    void aTileSmallerThanALatentPositionIsRefused() {
        assertThatThrownBy(() -> new Axis(7, 0)).hasMessageContaining("7 pixels");
        assertThatThrownBy(() -> new Axis(8, -1)).hasMessageContaining("overlap of -1");
    }
}
