package io.heritage.media;

import io.heritage.media.HeaderBytes.CutOff;
import io.heritage.media.ImageHeaders.NotPossible;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items of a HEIF file (ISO/IEC 23008-12; HEIC and AVIF are kinds of it): coded pictures, grids
 * of them, and their properties. Boxes that do not concern pixels are skipped.
 */
final class HeifItems {

    private static final boolean BIG = false;

    /** A coded picture, or the tiles that make up one. */
    static final class Item {
        private final long id;
        private String type = "";
        private final List<long[]> extents = new ArrayList<>();
        private boolean inItemData;
        private final List<Property> properties = new ArrayList<>();
        private final List<Long> tiles = new ArrayList<>();
        private final List<Long> auxiliaryOf = new ArrayList<>();

        Item(long id) {
            this.id = id;
        }

        /** {@code hvc1}, {@code av01}, {@code grid}, or another. */
        String type() {
            return type;
        }
    }

    /**
     * A box that describes items.
     *
     * @param content the bytes after its name
     */
    record Property(String name, HeaderBytes content) {}

    /**
     * A picture put together of equal ones.
     *
     * @param tiles row by row
     */
    record TileGrid(int rows, int columns, int width, int height, List<Item> tiles) {}

    /** Handler of a box, which knows the names it is for. */
    private interface Visitor {
        void visit(String name, HeaderBytes content) throws CutOff, NotPossible;
    }

    private final HeaderBytes file;
    private final Map<Long, Item> items = new HashMap<>();
    private final List<Property> shared = new ArrayList<>();
    private @Nullable HeaderBytes itemData;
    private long primary;
    private boolean premultiplied;

    private HeifItems(HeaderBytes file) {
        this.file = file;
    }

    /**
     * @throws CutOff if the file goes on behind the bytes at hand and the items were not among them
     * @throws NotPossible if it has none
     */
    static HeifItems of(HeaderBytes file) throws CutOff, NotPossible {
        HeifItems items = new HeifItems(file);
        long at = 0;
        while (!file.has(at + 4, "meta")) {
            at += boxLength(file, at);
        }
        HeaderBytes meta = box(file, at, boxLength(file, at));
        // Collected first, because associations refer to properties.
        items.each(meta.from(4), items::gather);
        items.each(meta.from(4), items::read);
        items.primaryItem();
        return items;
    }

    private static long boxLength(HeaderBytes bytes, long at) throws CutOff, NotPossible {
        long length = bytes.u32(at, BIG);
        if (length == 1) {
            length = bytes.u32(at + 8, BIG) << 32 | bytes.u32(at + 12, BIG);
        }
        if (length == 0) {
            length = bytes.length() - at;
        }
        if (length < 8 || length > Integer.MAX_VALUE) {
            throw new NotPossible("a box of %d bytes".formatted(length));
        }
        return length;
    }

    private static HeaderBytes box(HeaderBytes bytes, long at, long length)
            throws CutOff, NotPossible {
        int head = bytes.u32(at, BIG) == 1 ? 16 : 8;
        if (length < head) {
            throw new NotPossible("a box of %d bytes".formatted(length));
        }
        return bytes.slice(at + head, length - head);
    }

    private void each(HeaderBytes boxes, Visitor visitor) throws CutOff, NotPossible {
        long at = 0;
        while (at + 8 <= boxes.length()) {
            long length = boxLength(boxes, at);
            visitor.visit(boxes.slice(at + 4, 4).start(4), box(boxes, at, length));
            at += length;
        }
    }

    private void gather(String name, HeaderBytes content) throws CutOff, NotPossible {
        switch (name) {
            case "pitm" -> primary = content.u8(0) == 0 ? content.u16(4, BIG) : content.u32(4, BIG);
            case "iinf" -> each(content.from(content.u8(0) == 0 ? 6 : 8), this::information);
            case "idat" -> itemData = content;
            case "iprp" -> each(content, this::gather);
            case "ipco" -> each(content, (kind, box) -> shared.add(new Property(kind, box)));
            default -> {}
        }
    }

    private void read(String name, HeaderBytes content) throws CutOff, NotPossible {
        switch (name) {
            case "iloc" -> locations(content);
            case "iref" -> references(content);
            case "iprp" -> each(content, this::read);
            case "ipma" -> associations(content);
            default -> {}
        }
    }

    private Item item(long id) {
        return items.computeIfAbsent(id, Item::new);
    }

    private void information(String name, HeaderBytes entry) throws CutOff {
        int version = entry.u8(0);
        if (name.equals("infe") && version >= 2) {
            boolean wide = version > 2;
            long id = wide ? entry.u32(4, BIG) : entry.u16(4, BIG);
            item(id).type = entry.slice(wide ? 10 : 8, 4).start(4);
        }
    }

    /** ISO/IEC 14496-12, 8.11.3. */
    private void locations(HeaderBytes box) throws CutOff, NotPossible {
        int version = box.u8(0);
        int offsetSize = box.u8(4) >> 4;
        int lengthSize = box.u8(4) & 15;
        int baseSize = box.u8(5) >> 4;
        int indexSize = version == 0 ? 0 : box.u8(5) & 15;
        long count = version < 2 ? box.u16(6, BIG) : box.u32(6, BIG);
        long at = version < 2 ? 8 : 10;
        for (long i = 0; i < count; i++) {
            Item item = item(version < 2 ? box.u16(at, BIG) : box.u32(at, BIG));
            at += version < 2 ? 2 : 4;
            if (version > 0) {
                int method = box.u16(at, BIG) & 15;
                if (method > 1) {
                    throw new NotPossible(
                            "its items are derived from others, which is not supported");
                }
                item.inItemData = method == 1;
                at += 2;
            }
            long base = box.number(at + 2, baseSize);
            at += 2 + baseSize;
            int extents = box.u16(at, BIG);
            at += 2;
            if (extents > 1 && offsetSize + lengthSize == 0) {
                throw new NotPossible("parts of a picture without a place");
            }
            for (int j = 0; j < extents; j++) {
                at += indexSize;
                long offset = base + box.number(at, offsetSize);
                long length = box.number(at + offsetSize, lengthSize);
                item.extents.add(new long[] {offset, length});
                at += offsetSize + lengthSize;
            }
        }
    }

    private void references(HeaderBytes box) throws CutOff, NotPossible {
        boolean wide = box.u8(0) > 0;
        each(
                box.from(4),
                (name, content) -> {
                    int size = wide ? 4 : 2;
                    Item from = item(content.number(0, size));
                    int count = content.u16(size, BIG);
                    for (int i = 0; i < count; i++) {
                        long to = content.number(size + 2 + (long) i * size, size);
                        switch (name) {
                            case "dimg" -> from.tiles.add(to);
                            case "auxl" -> from.auxiliaryOf.add(to);
                            case "prem" -> premultiplied = true;
                            default -> {}
                        }
                    }
                });
    }

    /** Properties of an item, in the order in which they are applied. */
    private void associations(HeaderBytes box) throws CutOff, NotPossible {
        boolean wideId = box.u8(0) > 0;
        boolean wideIndex = (box.u8(3) & 1) != 0;
        long count = box.u32(4, BIG);
        long at = 8;
        for (long i = 0; i < count; i++) {
            Item item = item(box.number(at, wideId ? 4 : 2));
            at += wideId ? 4 : 2;
            int properties = box.u8(at++);
            for (int j = 0; j < properties; j++) {
                int index = wideIndex ? box.u16(at, BIG) & 0x7fff : box.u8(at) & 0x7f;
                at += wideIndex ? 2 : 1;
                if (index > shared.size()) {
                    throw new NotPossible("it names a property that is missing");
                }
                if (index > 0) {
                    item.properties.add(shared.get(index - 1));
                }
            }
        }
    }

    /** The primary picture. */
    Item primaryItem() throws NotPossible {
        Item found = items.get(primary);
        if (found == null) {
            throw new NotPossible("it has no primary picture");
        }
        return found;
    }

    /** The picture that is the alpha of another. */
    @Nullable Item alphaOf(Item picture) {
        for (Item item : items.values()) {
            Property kind = property(item, "auxC");
            if (item.auxiliaryOf.contains(picture.id)
                    && kind != null
                    && (kind.content().has(4, "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha")
                            || kind.content().has(4, "urn:mpeg:hevc:2015:auxid:1"))) {
                return item;
            }
        }
        return null;
    }

    boolean isPremultiplied() {
        return premultiplied;
    }

    /** The first property of a name. */
    static @Nullable Property property(Item item, String name) {
        for (Property property : item.properties) {
            if (property.name().equals(name)) {
                return property;
            }
        }
        return null;
    }

    /** Width and height of the stored pixels. */
    static int[] size(Item item) throws CutOff, NotPossible {
        Property size = property(item, "ispe");
        if (size == null) {
            throw new NotPossible("it has no size");
        }
        return new int[] {size.content().i32(4, BIG), size.content().i32(8, BIG)};
    }

    /** Rotations are anticlockwise; an EXIF orientation beside them does not count. */
    static Orientation orientation(Item item) throws CutOff {
        Orientation orientation = Orientation.UPRIGHT;
        for (Property property : item.properties) {
            if (property.name().equals("irot")) {
                for (int turns = property.content().u8(0) & 3; turns > 0; turns--) {
                    orientation = orientation.turnedCounterclockwise();
                }
            } else if (property.name().equals("imir")) {
                orientation = orientation.mirrored((property.content().u8(0) & 1) != 0);
            }
        }
        return orientation;
    }

    /**
     * @throws CutOff if the file ends before the picture does
     */
    List<HeaderBytes> bytesOf(Item item) throws CutOff, NotPossible {
        HeaderBytes data = item.inItemData ? itemData : file;
        if (data == null || item.extents.isEmpty()) {
            throw new NotPossible("a picture without bytes");
        }
        List<HeaderBytes> parts = new ArrayList<>();
        for (long[] extent : item.extents) {
            long length = extent[1] == 0 ? data.length() - extent[0] : extent[1];
            parts.add(data.slice(extent[0], length));
        }
        return parts;
    }

    /** ISO/IEC 23008-12, 6.6.2.3. */
    TileGrid grid(Item item) throws CutOff, NotPossible {
        HeaderBytes layout = bytesOf(item).getFirst();
        boolean wide = (layout.u8(1) & 1) != 0;
        int rows = layout.u8(2) + 1;
        int columns = layout.u8(3) + 1;
        long width = layout.number(4, wide ? 4 : 2);
        long height = layout.number(wide ? 8 : 6, wide ? 4 : 2);
        if (rows * columns != item.tiles.size()) {
            throw new NotPossible(
                    "a grid of %dx%d with %d tiles".formatted(columns, rows, item.tiles.size()));
        }
        List<Item> tiles = new ArrayList<>();
        for (long id : item.tiles) {
            Item tile = items.get(id);
            if (tile == null || tile.type.equals("grid")) {
                throw new NotPossible("a grid without its tiles");
            }
            tiles.add(tile);
        }
        if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new NotPossible("a grid of %dx%d pixels".formatted(width, height));
        }
        return new TileGrid(rows, columns, (int) width, (int) height, tiles);
    }
}
