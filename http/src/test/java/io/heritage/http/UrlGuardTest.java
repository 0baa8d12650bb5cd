package io.heritage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlGuardTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "0.1.2.3",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00::1",
                "ff02::1",
                "::ffff:127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2001:0:1::1"
            })
    void anAddressInsideIsNotCalledUnlessAllowed(String address) throws Exception {
        assertThat(UrlGuard.isPublic(InetAddress.getByName(address))).isFalse();
        String host = address.contains(":") ? "[" + address + "]" : address;
        String url = "http://" + host + "/hook";
        assertThatThrownBy(() -> target(false).check(url))
                .isInstanceOf(UrlGuard.NotAllowed.class)
                .hasMessageContaining("webhook-private-addresses");
        assertThatCode(() -> target(true).check(url)).doesNotThrowAnyException();
    }

    /** Usual in compose files; {@link URI#getHost()} knows no such host. */
    @Test
    void aHostMayHaveAnUnderscore() throws Exception {
        var asked = new ArrayList<String>();
        var target =
                new UrlGuard(
                        _ -> true,
                        "webhook-private-addresses",
                        host -> {
                            asked.add(host);
                            return new InetAddress[] {InetAddress.getLoopbackAddress()};
                        });
        target.check("http://my_host:8080/hook");
        assertThat(asked).containsExactly("my_host");
        assertThat(HostNames.portOf(URI.create("http://my_host:8080/hook"))).isEqualTo(8080);
    }

    @ParameterizedTest
    @ValueSource(strings = {"93.184.216.34", "8.8.8.8", "100.128.0.1", "2606:4700::1111"})
    void aPublicAddressIsCalled(String address) throws Exception {
        assertThat(UrlGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hook",
                "/hook",
                "ftp://8.8.8.8/",
                "file:///etc/passwd",
                "http:///x",
                "http://user:secret@8.8.8.8/",
                "http://8.8.8.8/a b"
            })
    void whatIsNoHttpUrlIsRefusedWithoutRepeatingIt(String url) {
        assertThatThrownBy(() -> target(true).check(url))
                .isInstanceOf(UrlGuard.NotAllowed.class)
                .message()
                .doesNotContain("secret");
    }

    private static UrlGuard target(boolean privateAddresses) {
        return new UrlGuard(
                _ -> privateAddresses, "webhook-private-addresses", InetAddress::getAllByName);
    }

    @Test
    void localhostIsLocal() {
        assertThatThrownBy(() -> target(false).check("http://localhost:80/"))
                .isInstanceOf(UrlGuard.NotAllowed.class);
    }
}
