package io.heritage.models.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes the zip archive that libtorch's importer reads from the text of a network. */
final class TorchScriptArchive {
    /** lower versions select old operator signatures */
    private static final String FORMAT_VERSION = "10\n";

    private static final int EMPTY_TUPLE = ')';

    private TorchScriptArchive() {}

    /**
     * @param source a TorchScript file whose class {@code M} has the methods to call
     */
    static byte[] of(String source) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            store(zip, "m/version", FORMAT_VERSION.getBytes(StandardCharsets.US_ASCII));
            store(zip, "m/data.pkl", rootObject());
            store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, EMPTY_TUPLE, '.'});
            store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Pickle of an instance of {@code M} whose one attribute is {@code training = False}. */
    private static byte[] rootObject() throws IOException {
        var pickle = new ByteArrayOutputStream();
        pickle.write(new byte[] {(byte) 0x80, 2});
        pickle.write("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {EMPTY_TUPLE, (byte) 0x81, '}', '('});
        pickle.write(new byte[] {'X', 8, 0, 0, 0});
        pickle.write("training".getBytes(StandardCharsets.US_ASCII));
        pickle.write(new byte[] {(byte) 0x89, 'u', 'b', '.'});
        return pickle.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var checksum = new CRC32();
        checksum.update(content);
        var entry = new ZipEntry(name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(checksum.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
