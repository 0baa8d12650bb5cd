package io.heritage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Job;
import io.heritage.schemas.JobId;
import io.heritage.schemas.MediaRef;
import io.heritage.schemas.WorkerId;
import io.heritage.transport.kafka.Topics;
import io.heritage.transport.media.MediaPart;
import io.heritage.transport.media.MediaUpload;
import io.heritage.transport.queue.ClaimedJob;
import io.heritage.transport.queue.JobQueue;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

/** Three brokers, three replicas of which two acknowledge, whatever the brokers are set to. */
class ReplicationTest {
    private static final EndpointId ENDPOINT = new EndpointId("replicated");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** The fault: with replication from the brokers' default, topics had their min.insync 1. */
    @Test
    void withOneBrokerDownNothingAcknowledgedIsLostAndWorkGoesOn() throws Exception {
        try (var cluster = TestBroker.start(3, Map.of("min.insync.replicas", "1"));
                var transport = cluster.transport(ENDPOINT)) {
            assertThat(minInSync(transport)).isEqualTo("2");
            byte[] bytes = new byte[1_000_000];
            MediaRef before = write(transport, bytes);
            var submitted = new ArrayList<JobId>();
            submitted.add(submit(transport));

            cluster.stop(2);

            submitted.add(submit(transport));
            MediaRef after = write(transport, bytes);
            assertThat(read(transport, before)).isEqualTo(bytes);
            assertThat(read(transport, after)).isEqualTo(bytes);
            try (JobQueue queue = transport.queue(List.of(ENDPOINT), new WorkerId("w"))) {
                for (JobId id : submitted) {
                    ClaimedJob claimed = queue.take(PATIENCE).orElseThrow();
                    assertThat(claimed.job().id()).isEqualTo(id);
                    claimed.finish();
                }
            }
        }
    }

    private static JobId submit(KafkaTransport transport) {
        Job job = TestJobs.job(ENDPOINT);
        transport.jobs().submit(job);
        return job.id();
    }

    private static String minInSync(KafkaTransport transport) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.EVENTS);
        var settings = transport.admin().describeConfigs(List.of(topic)).all().get().get(topic);
        return settings.get("min.insync.replicas").value();
    }

    private static MediaRef write(KafkaTransport transport, byte[] bytes) throws IOException {
        try (MediaUpload upload = transport.media().begin("k")) {
            MediaPart part = upload.part("body", "application/octet-stream");
            part.write(bytes);
            part.close();
            return part.durable();
        }
    }

    private static byte[] read(KafkaTransport transport, MediaRef ref) throws IOException {
        try (var in = transport.media().open(ref)) {
            return in.readAllBytes();
        }
    }
}
