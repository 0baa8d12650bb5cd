package io.heritage.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP/1.1 request to an <b>address</b>, whatever the name in the URL resolves to by then. The
 * name is used for {@code Host} and for checking the certificate. The JDK's client resolves names
 * itself, and so may reach another address than the one that was checked. Any thread.
 */
public final class AddressedHttp {
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int MOST_HEADERS = 100;

    private final ScheduledExecutorService timer;
    private final SSLSocketFactory tls;

    /**
     * @param timer closes sockets at their deadline
     */
    public AddressedHttp(ScheduledExecutorService timer, SSLSocketFactory tls) {
        this.timer = timer;
        this.tls = tls;
    }

    /**
     * The server's answer.
     *
     * @param headers by their names in lower case; of several of a name the last
     * @param body its bytes without transfer encoding; ends with an exception if it breaks off
     */
    public record HttpAnswer(int status, Map<String, String> headers, InputStream body) {}

    /** Reads an answer while the connection is open. */
    @FunctionalInterface
    public interface AnswerReader<T> {
        T read(HttpAnswer answer) throws IOException;
    }

    /**
     * @param headers of the request, beside those that every one has
     * @param length of the body in bytes
     * @param limit for all of it, connecting included
     * @return the status code
     * @throws HttpTimeoutException if the time is over
     */
    public int post(
            UrlGuard.Checked to,
            Map<String, String> headers,
            InputStream body,
            long length,
            Duration limit)
            throws IOException {
        var all = new LinkedHashMap<>(headers);
        all.put("Content-Length", Long.toString(length));
        return exchange(
                to,
                limit,
                socket -> {
                    OutputStream out = socket.getOutputStream();
                    out.write(head("POST", to.uri(), all).getBytes(US_ASCII));
                    body.transferTo(out);
                    out.flush();
                    return status(socket.getInputStream());
                });
    }

    /**
     * @param headers of the request, beside those that every one has
     * @param limit for all of it, connecting and reading included
     * @throws HttpTimeoutException if the time is over
     */
    public <T> T get(
            UrlGuard.Checked to,
            Map<String, String> headers,
            Duration limit,
            AnswerReader<T> reader)
            throws IOException {
        return exchange(
                to,
                limit,
                socket -> {
                    OutputStream out = socket.getOutputStream();
                    out.write(head("GET", to.uri(), headers).getBytes(US_ASCII));
                    out.flush();
                    InputStream in = new BufferedInputStream(socket.getInputStream());
                    int status = status(in);
                    Map<String, String> answered = headers(in);
                    return reader.read(
                            new HttpAnswer(status, answered, AnswerBody.of(in, answered)));
                });
    }

    @FunctionalInterface
    private interface Exchange<T> {
        T on(Socket socket) throws IOException;
    }

    private <T> T exchange(UrlGuard.Checked to, Duration limit, Exchange<T> exchange)
            throws IOException {
        var late = new AtomicBoolean();
        try (var socket = new Socket()) {
            var end =
                    timer.schedule(
                            () -> {
                                late.set(true);
                                closeQuietly(socket);
                            },
                            limit.toMillis(),
                            TimeUnit.MILLISECONDS);
            try {
                socket.connect(
                        new InetSocketAddress(to.address(), portOf(to.uri())),
                        (int) Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
                return exchange.on(isTls(to.uri()) ? secured(socket, to.uri()) : socket);
            } catch (IOException e) {
                throw late.get() ? new HttpTimeoutException("no answer within " + limit) : e;
            } finally {
                end.cancel(false);
            }
        }
    }

    private static int status(InputStream in) throws IOException {
        int status = statusOf(line(in));
        while (status / 100 == 1) {
            headers(in);
            status = statusOf(line(in));
        }
        return status;
    }

    /** Reads headers up to the empty line. */
    private static Map<String, String> headers(InputStream in) throws IOException {
        var headers = new HashMap<String, String>();
        int lines = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (++lines > MOST_HEADERS) {
                throw new IOException("an HTTP answer with more than " + MOST_HEADERS + " headers");
            }
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return Map.copyOf(headers);
    }

    private static String head(String method, URI uri, Map<String, String> headers) {
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        int named = HostNames.portOf(uri);
        String port = named < 0 ? "" : ":" + named;
        var lines = new ArrayList<String>();
        lines.add(method + " " + ascii(path + query) + " HTTP/1.1");
        lines.add("Host: " + hostOf(uri) + port);
        headers.forEach((name, value) -> lines.add(name + ": " + value));
        lines.add("Connection: close");
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String hostOf(URI uri) {
        return HostNames.ofUri(uri).orElseThrow();
    }

    /** A URI may have other characters than ASCII, a request line may not. */
    private static String ascii(String pathAndQuery) {
        return URI.create(pathAndQuery).toASCIIString();
    }

    private Socket secured(Socket socket, URI uri) throws IOException {
        var secured = (SSLSocket) tls.createSocket(socket, hostOf(uri), portOf(uri), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("connection closed in the middle of an answer");
            }
            if (line.length() > LONGEST_LINE) {
                throw new IOException("not an HTTP answer");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static int statusOf(String line) throws IOException {
        String[] words = line.split(" ", 3);
        if (words.length < 2
                || !words[0].startsWith("HTTP/1.")
                || !words[1].matches("[1-5]\\d\\d")) {
            throw new IOException("not an HTTP answer");
        }
        return Integer.parseInt(words[1]);
    }

    private static boolean isTls(URI uri) {
        return uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
    }

    private static int portOf(URI uri) {
        int named = HostNames.portOf(uri);
        return named >= 0 ? named : isTls(uri) ? 443 : 80;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is of no use any more either way
        }
    }
}
