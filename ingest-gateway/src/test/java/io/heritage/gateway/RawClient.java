package io.heritage.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.schemas.Wire;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** One connection on which a test writes what it likes. */
final class RawClient implements AutoCloseable {
    final Socket socket;
    final OutputStream out;
    private final InputStream in;

    /**
     * @param body a character for each byte
     */
    record Reply(int status, Map<String, String> headers, String body) {
        JsonNode json() throws IOException {
            return Wire.json().readTree(body.getBytes(ISO_8859_1));
        }

        String error() throws IOException {
            return json().path("error").asText();
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * A request with {@code Host} and {@code Content-Length}, and further header lines. Its reply
     * has to be one that the gateway describes.
     */
    Reply send(String method, String path, String body, String... headers) throws IOException {
        write(method, path, "Content-Length: " + body.getBytes(UTF_8).length, headers);
        write(body);
        Reply reply = reply();
        ApiContract.check(method, path, reply);
        return reply;
    }

    void write(String method, String path, String framing, String... headers) throws IOException {
        boolean hasHost = String.join("\n", headers).contains("Host:");
        write(
                method
                        + " "
                        + path
                        + " HTTP/1.1\r\n"
                        + (hasHost ? "" : "Host: 127.0.0.1\r\n")
                        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
                        + framing
                        + "\r\n\r\n");
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(UTF_8));
        out.flush();
    }

    /** As {@link #reply}, of a HEAD request, which has no body whatever its length says. */
    Reply headReply() throws IOException {
        return reply(false);
    }

    Reply reply() throws IOException {
        return reply(true);
    }

    private Reply reply(boolean withBody) throws IOException {
        String statusLine = line();
        var headers = new TreeMap<String, String>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        return new Reply(
                status,
                headers,
                status == 100 || !withBody ? "" : new String(body(headers), ISO_8859_1));
    }

    boolean atEnd() throws IOException {
        return in.read() == -1;
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (!"chunked".equals(headers.get("transfer-encoding"))) {
            return exactly(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        }
        var body = new ByteArrayOutputStream();
        for (int size = chunkSize(); size > 0; size = chunkSize()) {
            body.write(exactly(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private int chunkSize() throws IOException {
        return Integer.parseInt(line().strip(), 16);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("cut after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("cut within a line");
            }
            line.write(c);
        }
        return line.toString(ISO_8859_1).stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
