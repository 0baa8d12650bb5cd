package io.heritage.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNamesTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8000, 127.0.0.1",
        "LocalHost, localhost",
        "[::1]:8000, [::1]",
        "my_host:8080, my_host",
        "gateway., gateway.",
    })
    void theHostOfAHeaderIsFound(String header, String host) {
        assertThat(HostNames.ofHostHeader(header)).contains(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "user@127.0.0.1", "127.0.0.1/path", "[::1", "a:b"})
    void whatIsNoHostIsNone(String header) {
        assertThat(HostNames.ofHostHeader(header)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"https://app.example, app.example", "HTTP://localhost:3000, localhost"})
    void theHostOfAnOriginIsFound(String origin, String host) {
        assertThat(HostNames.ofOrigin(origin)).contains(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "file://", "localhost", "ftp://localhost"})
    void anOpaqueOriginHasNoHost(String origin) {
        assertThat(HostNames.ofOrigin(origin)).isEmpty();
    }
}
