package io.heritage.standalone.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heritage.observe.trace.TraceContext;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes an event as one line of JSON: {@code timestamp}, {@code level}, {@code logger}, {@code
 * message} and {@code thread}, {@code traceId} and {@code spanId} where the line belongs to a
 * trace, then the facts under their keys (docs/operations.md, "Logs"), then {@code exception} with
 * its stack.
 */
final class JsonLines extends EncoderBase<ILoggingEvent> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ObjectNode line = JSON.createObjectNode();
        line.put("timestamp", event.getInstant().toString());
        line.put("level", event.getLevel().toString());
        line.put("logger", event.getLoggerName());
        line.put("message", event.getFormattedMessage());
        line.put("thread", event.getThreadName());
        TraceContext.Ids ids = TraceContext.ids();
        if (ids != null) {
            line.put("traceId", ids.trace());
            line.put("spanId", ids.span());
        }
        if (event.getKeyValuePairs() != null) {
            event.getKeyValuePairs().forEach(fact -> put(line, fact));
        }
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.put("exception", ThrowableProxyUtil.asString(thrown));
        }
        try {
            return (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a log line is no JSON", e);
        }
    }

    /** A fact never overwrites a standard field. */
    private static void put(ObjectNode line, KeyValuePair fact) {
        String key = line.has(fact.key) ? fact.key + "_" : fact.key;
        @Nullable Object value = fact.value;
        switch (value) {
            case null -> line.putNull(key);
            case Integer number -> line.put(key, number);
            case Long number -> line.put(key, number);
            case Double number -> line.put(key, number);
            case Boolean truth -> line.put(key, truth);
            default -> line.put(key, value.toString());
        }
    }
}
