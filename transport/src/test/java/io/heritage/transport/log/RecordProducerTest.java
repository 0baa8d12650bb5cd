package io.heritage.transport.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.observe.trace.TraceContext;
import io.heritage.observe.trace.Traces;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.Wire;
import io.heritage.transport.TestJobs;
import io.heritage.transport.kafka.TransportUnavailable;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** Records as spans, and what their readers go on with. */
class RecordProducerTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00-" + TRACE + "-00f067aa0ba902b7-01";
    private static final String LANE = "heritage.jobs.e.high";

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final MockProducer<byte[], byte[]> kafka = producer(true);
    private final Job job = TestJobs.job(new EndpointId("e"));

    private static MockProducer<byte[], byte[]> producer(boolean acknowledges) {
        var bytes = new ByteArraySerializer();
        return new MockProducer<>(acknowledges, new RoundRobinPartitioner(), bytes, bytes);
    }

    private RecordProducer recording(MockProducer<byte[], byte[]> producer) {
        return new RecordProducer(
                producer,
                Traces.of(
                        OpenTelemetrySdk.builder()
                                .setTracerProvider(
                                        SdkTracerProvider.builder()
                                                .addSpanProcessor(
                                                        SimpleSpanProcessor.create(exporter))
                                                .build())
                                .build()));
    }

    private JobLog jobs(RecordProducer producer) {
        return new KafkaJobLog(producer, _ -> 0, false);
    }

    private SpanData span() {
        assertThat(exporter.getFinishedSpanItems()).hasSize(1);
        return exporter.getFinishedSpanItems().getFirst();
    }

    private ProducerRecord<byte[], byte[]> sent() {
        assertThat(kafka.history()).hasSize(1);
        return kafka.history().getFirst();
    }

    private String header() {
        return new String(sent().headers().lastHeader(TraceContext.HEADER).value(), UTF_8);
    }

    @Test
    void aJobGoesOnWithTheSpanOfItsRecordAndThatWithTheRequest() {
        jobs(recording(kafka)).submit(job.tracedAs(PARENT));

        assertThat(span().getKind()).isEqualTo(SpanKind.PRODUCER);
        assertThat(span().getName()).isEqualTo("send " + LANE);
        assertThat(span().getTraceId()).isEqualTo(TRACE);
        assertThat(span().getParentSpanId()).isEqualTo("00f067aa0ba902b7");
        assertThat(span().getAttributes().asMap().toString())
                .contains(
                        "messaging.system=kafka",
                        "messaging.operation.type=send",
                        "messaging.operation.name=send",
                        "messaging.destination.name=" + LANE,
                        "messaging.destination.partition.id=0",
                        "messaging.message.id=" + job.id());
        String own = "00-" + TRACE + "-" + span().getSpanId() + "-01";
        assertThat(Wire.decode(sent().value(), Job.class).traceparent()).isEqualTo(own);
        assertThat(header()).isEqualTo(own);
    }

    @Test
    void aJobOfNoTraceStaysOne() {
        jobs(recording(kafka)).submit(job);

        assertThat(exporter.getFinishedSpanItems()).isEmpty();
        assertThat(Wire.decode(sent().value(), Job.class)).isEqualTo(job);
        assertThat(sent().headers()).isEmpty();
    }

    @Test
    void withoutACollectorTheTraceOfTheClientGoesOn() {
        jobs(new RecordProducer(kafka, Traces.none())).submit(job.tracedAs(PARENT));

        assertThat(Wire.decode(sent().value(), Job.class).traceparent()).isEqualTo(PARENT);
    }

    @Test
    void theEndOfAnAttemptIsASpanAndItsProgressIsNone() {
        var events =
                new KafkaEventLog(
                        recording(kafka),
                        () -> {
                            throw new AssertionError("nothing is read");
                        });
        try (var _ = TraceContext.enter(PARENT)) {
            events.post(new JobEvent.Cancelled(job.id(), Instant.now()));
            assertThat(exporter.getFinishedSpanItems()).isEmpty();
            kafka.clear();
            events.send(new JobEvent.Cancelled(job.id(), Instant.now())).await();
        }

        assertThat(span().getName()).isEqualTo("send heritage.events");
        assertThat(header()).isEqualTo("00-" + TRACE + "-" + span().getSpanId() + "-01");
    }

    @Test
    void aRecordThatKafkaDoesNotTakeIsASpanThatFailed() {
        MockProducer<byte[], byte[]> silent = producer(false);
        var waiting = recording(silent).sendTraced("topic", "key", PARENT, _ -> new byte[] {1});
        assertThat(exporter.getFinishedSpanItems()).as("under way").isEmpty();
        silent.errorNext(new TimeoutException("nobody answers"));

        assertThatThrownBy(waiting::await).isInstanceOf(TransportUnavailable.class);
        assertThat(List.of(span().getAttributes().asMap().toString()))
                .singleElement()
                .asString()
                .contains("error.type=TimeoutException");
    }
}
