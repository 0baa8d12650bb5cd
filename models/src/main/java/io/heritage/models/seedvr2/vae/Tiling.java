package io.heritage.models.seedvr2.vae;

import java.util.ArrayList;
import java.util.List;

/**
 * Spatial tiles of the VAE (spec 7): less memory, but group norm and attention see a tile only, so
 * the result differs from the untiled one.
 *
 * @param tile edge in pixels
 * @param overlap in pixels, cross-faded
 */
public record Tiling(int tile, int overlap) {
    /** The port's command line. */
    public static final Tiling LARGE = new Tiling(1024, 128);

    /** The port's library. */
    public static final Tiling SMALL = new Tiling(512, 64);

    public Tiling {
        if (tile < VaeLayout.SPATIAL_FACTOR || overlap < 0) {
            throw new IllegalArgumentException(
                    "tiles of %d pixels with an overlap of %d".formatted(tile, overlap));
        }
    }

    /** A tile in latent positions; first and last say that an edge of the picture is its own. */
    record Tile(Span rows, Span columns) {}

    record Span(int from, int length, boolean first, boolean last) {}

    public String described() {
        return "VAE tiles of %d pixels".formatted(tile);
    }

    int latentTile() {
        return tile / VaeLayout.SPATIAL_FACTOR;
    }

    int latentOverlap() {
        return Math.min(overlap / VaeLayout.SPATIAL_FACTOR, latentTile() - 1);
    }

    boolean covers(int latentHeight, int latentWidth) {
        return latentHeight <= latentTile() && latentWidth <= latentTile();
    }

    List<Tile> tiles(int latentHeight, int latentWidth) {
        List<Tile> tiles = new ArrayList<>();
        for (Span rows : spans(latentHeight)) {
            for (Span columns : spans(latentWidth)) {
                tiles.add(new Tile(rows, columns));
            }
        }
        return tiles;
    }

    private List<Span> spans(int length) {
        List<Span> spans = new ArrayList<>();
        int stride = latentTile() - latentOverlap();
        for (int from = 0; from < length; from += stride) {
            int to = Math.min(from + latentTile(), length);
            if (from > 0 && to - from <= latentOverlap()) {
                break;
            }
            spans.add(new Span(from, to - from, from == 0, to == length));
        }
        return spans;
    }
}
