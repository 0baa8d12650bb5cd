package io.heritage.sink.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.heritage.http.HostNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP/1.1 POST to an <b>address</b>, whatever the name in the URL is resolved to by then; the
 * name is what {@code Host} says and what a certificate has to be for. The JDK's client resolves
 * names itself, and so may reach another address than the one that was checked.
 */
final class HttpPost {
    private static final int LONGEST_STATUS_LINE = 8 * 1024;

    private final ScheduledExecutorService timer;
    private final SSLSocketFactory tls;

    HttpPost(ScheduledExecutorService timer, SSLSocketFactory tls) {
        this.timer = timer;
        this.tls = tls;
    }

    /**
     * @param address that the URL's host was checked to stand for
     * @param headers further lines
     * @param length of the body in bytes
     * @param limit for all of it, connecting included
     * @return the status code
     * @throws HttpTimeoutException if the time is over
     */
    int post(
            URI uri,
            InetAddress address,
            List<String> headers,
            InputStream body,
            long length,
            Duration limit)
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
                        new InetSocketAddress(address, portOf(uri)),
                        (int) Math.min(Integer.MAX_VALUE, limit.toMillis()));
                return post(uri, isTls(uri) ? secured(socket, uri) : socket, headers, body, length);
            } catch (IOException e) {
                throw late.get() ? new HttpTimeoutException("no answer within " + limit) : e;
            } finally {
                end.cancel(false);
            }
        }
    }

    private static int post(
            URI uri, Socket socket, List<String> headers, InputStream body, long length)
            throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(head(uri, headers, length).getBytes(US_ASCII));
        body.transferTo(out);
        out.flush();
        InputStream in = socket.getInputStream();
        int status = statusOf(line(in));
        while (status / 100 == 1) {
            skipHeader(in);
            status = statusOf(line(in));
        }
        return status;
    }

    /** It ends with an empty line. */
    private static void skipHeader(InputStream in) throws IOException {
        boolean more = true;
        while (more) {
            more = !line(in).isEmpty();
        }
    }

    private static String head(URI uri, List<String> headers, long length) {
        String path =
                uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        int named = HostNames.portOf(uri);
        String port = named < 0 ? "" : ":" + named;
        return String.join(
                "\r\n",
                "POST " + ascii(path + query) + " HTTP/1.1",
                "Host: " + hostOf(uri) + port,
                "User-Agent: " + HttpWebhooks.USER_AGENT,
                "Content-Type: application/json; charset=utf-8",
                "Content-Length: " + length,
                "Connection: close",
                headers.stream().map(line -> line + "\r\n").collect(Collectors.joining()),
                "");
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

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("connection closed without an answer");
            }
            if (line.length() > LONGEST_STATUS_LINE) {
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
