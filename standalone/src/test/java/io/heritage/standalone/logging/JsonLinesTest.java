package io.heritage.standalone.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.heritage.observe.trace.TraceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class JsonLinesTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger log = context.getLogger("io.heritage.Any");

    @BeforeEach
    void listen() {
        events.setContext(context);
        events.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(events);
    }

    private String text() {
        return new String(
                LogFormat.encoder(context, new LogConfig(LogConfig.Format.JSON))
                        .encode(events.list.getLast()),
                StandardCharsets.UTF_8);
    }

    private JsonNode line() throws IOException {
        return new ObjectMapper().readTree(text());
    }

    @Test
    void factsAreUnderTheirKeysWithTheirTypes() throws IOException {
        log.atWarn()
                .addKeyValue("jobId", "7f-u1")
                .addKeyValue("seconds", 1.5)
                .addKeyValue("attempt", 2)
                .addKeyValue("owner", (Object) null)
                .log("job completed");

        assertThat(line().path("message").asText()).isEqualTo("job completed");
        assertThat(line().path("level").asText()).isEqualTo("WARN");
        assertThat(line().path("logger").asText()).isEqualTo("io.heritage.Any");
        assertThat(line().path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(line().path("jobId").asText()).isEqualTo("7f-u1");
        assertThat(line().path("seconds").isDouble()).isTrue();
        assertThat(line().path("attempt").isInt()).isTrue();
        assertThat(line().path("owner").isNull()).isTrue();
    }

    @Test
    void aLineWithinATraceTellsWhich() throws IOException {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        log.info("outside");
        assertThat(line().has("traceId")).isFalse();
        try (var _ = TraceContext.enter("00-" + trace + "-00f067aa0ba902b7-01")) {
            log.info("inside");
            assertThat(line().path("traceId").asText()).isEqualTo(trace);
            assertThat(line().path("spanId").asText()).isEqualTo("00f067aa0ba902b7");
        }
    }

    @Test
    void anEventIsOneLineWhateverIsInIt() throws IOException {
        log.atError().setCause(new IOException("a\nb")).log("two\nlines");

        assertThat(text()).endsWith("}\n").hasLineCount(1);
        assertThat(line().path("exception").asText())
                .contains("java.io.IOException: a\nb", "JsonLinesTest");
    }

    @Test
    void aFactDoesNotTakeThePlaceOfWhatEveryLineHas() throws IOException {
        log.atWarn().addKeyValue("message", "other").log("the message");

        assertThat(line().path("message").asText()).isEqualTo("the message");
        assertThat(line().path("message_").asText()).isEqualTo("other");
    }
}
