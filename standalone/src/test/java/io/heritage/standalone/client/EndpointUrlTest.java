package io.heritage.standalone.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointUrlTest {
    @ParameterizedTest
    @CsvSource({
        "http://h:8000, http://h:8000/v2/interpolate",
        "h:8000, http://h:8000/v2/interpolate",
        "http://h:8000/, http://h:8000/v2/interpolate",
        "http://h/v2, http://h/v2/interpolate",
        "http://h/v2/, http://h/v2/interpolate",
        "https://h/v2/my-video, https://h/v2/my-video",
        "https://h/v2/my-video/runsync, https://h/v2/my-video",
        "https://h/gpu, https://h/gpu/v2/interpolate",
    })
    void aRootAVersionAnEndpointAndAnOperationAreUnderstood(String typed, String endpoint) {
        assertThat(EndpointUrl.of(typed, "interpolate")).hasToString(endpoint);
    }

    @Test
    void anythingButHttpIsRefused() {
        assertThatThrownBy(() -> EndpointUrl.of("ftp://h", "interpolate"))
                .hasMessageContaining("expected a URL such as");
    }
}
