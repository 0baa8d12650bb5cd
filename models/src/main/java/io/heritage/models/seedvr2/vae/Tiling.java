package io.heritage.models.seedvr2.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * Spatial tiles of the VAE; docs/spec/seedvr2.md, section 7. They take less memory, but group norm
 * and attention see one tile only, so the result differs from the untiled one.
 *
 * @param rows heights of the tiles
 * @param columns widths of the tiles
 */
public record Tiling(Axis rows, Axis columns) {
    /** The default of the reference's command line. */
    public static final Tiling LARGE = square(1024, 128);

    /** The default of the reference's library. */
    public static final Tiling SMALL = square(512, 64);

    /**
     * Tiles along one axis.
     *
     * @param tile edge in pixels, at least 8
     * @param overlap pixels that two neighbours share, cross-faded
     */
    public record Axis(int tile, int overlap) {
        public Axis {
            if (tile < VaeLayout.SPATIAL_FACTOR || overlap < 0) {
                throw new IllegalArgumentException(
                        "tiles of %d pixels with an overlap of %d; expected at least %d pixels and no negative overlap"
                                .formatted(tile, overlap, VaeLayout.SPATIAL_FACTOR));
            }
        }

        int latentTile() {
            return tile / VaeLayout.SPATIAL_FACTOR;
        }

        int latentOverlap() {
            return Math.min(overlap / VaeLayout.SPATIAL_FACTOR, latentTile() - 1);
        }

        List<TileSpan> spans(int length) {
            List<TileSpan> spans = new ArrayList<>();
            int stride = latentTile() - latentOverlap();
            for (int from = 0; from < length; from += stride) {
                int to = Math.min(from + latentTile(), length);
                if (from > 0 && to - from <= latentOverlap()) {
                    break;
                }
                spans.add(new TileSpan(from, to - from, from == 0, to == length));
            }
            return spans;
        }
    }

    /** Tiles as high as wide, with the same overlap on both axes. */
    public static Tiling square(int tile, int overlap) {
        var axis = new Axis(tile, overlap);
        return new Tiling(axis, axis);
    }

    /** A tile in latent positions. */
    record Tile(TileSpan rows, TileSpan columns) {}

    /**
     * Position of a tile along one axis.
     *
     * @param first whether it begins at the edge of the picture
     * @param last whether it ends there
     */
    record TileSpan(int from, int length, boolean first, boolean last) {}

    public String described() {
        return rows.tile == columns.tile
                ? "VAE tiles of %d pixels".formatted(rows.tile)
                : "VAE tiles of %d x %d pixels".formatted(columns.tile, rows.tile);
    }

    /** Pixels of the largest tile of a picture. */
    public long pixels(int height, int width) {
        return (long) Math.min(rows.tile, height) * Math.min(columns.tile, width);
    }

    boolean covers(int latentHeight, int latentWidth) {
        return latentHeight <= rows.latentTile() && latentWidth <= columns.latentTile();
    }

    List<Tile> tiles(int latentHeight, int latentWidth) {
        List<Tile> tiles = new ArrayList<>();
        for (TileSpan down : rows.spans(latentHeight)) {
            for (TileSpan across : columns.spans(latentWidth)) {
                tiles.add(new Tile(down, across));
            }
        }
        return tiles;
    }
}
