package io.heritage.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.heritage.gateway.RawClient.Reply;
import io.heritage.schemas.EndpointConfig;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.EndpointKind;
import io.heritage.transport.memory.MemoryTransport;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a request would come to. */
final class EstimatesTest {
    private final MemoryTransport transport = new MemoryTransport(Clock.systemUTC());
    private final FakeSink sink = new FakeSink();
    private final Gateway gateway =
            Gateway.start(
                    GatewayFixture.config(sink, false),
                    List.of(
                            EndpointConfig.defaults(
                                    new EndpointId("interpolate"), EndpointKind.INTERPOLATE),
                            EndpointConfig.defaults(
                                    new EndpointId("restore"), EndpointKind.RESTORE)),
                    transport.media(),
                    transport.jobs(),
                    transport.events(),
                    Clock.systemUTC());

    @AfterEach
    void stop() {
        gateway.close();
        sink.close();
    }

    private Reply estimate(String endpoint, String body) throws IOException {
        try (var client = new RawClient(gateway.port())) {
            return client.send("POST", "/v2/" + endpoint + "/estimate", body.replace('\'', '"'));
        }
    }

    @Test
    void whatWouldComeOutIsTold() throws IOException {
        JsonNode video =
                estimate(
                                "restore",
                                "{'input':{'res_h':720,'res_w':1280},'media':[{'width':640,'height':360,'frames':121,'fps':24}]}")
                        .json();
        assertThat(video.path("output").toString())
                .isEqualTo(
                        "{\"width\":1280,\"height\":720,\"frames\":121,\"pixels\":921600,\"fps\":24.0}");
        assertThat(sink.asked.getLast()).endsWith("/outlook?pixels=921600&frames=121");
        assertThat(video.path("fits").asText()).isEqualTo("unknown");
        assertThat(video.path("ahead").asInt()).isEqualTo(2);
        assertThat(video.at("/suggestions/0").asText()).startsWith("No worker takes jobs");

        JsonNode between =
                estimate(
                                "interpolate",
                                "{'input':{'resolution':480,'frame_length':17,'interpolation':2,'image':'http://x/y'},'media':[{'width':640,'height':360}]}")
                        .json();
        assertThat(between.at("/output/width").asInt()).isEqualTo(848);
        assertThat(between.at("/output/height").asInt()).isEqualTo(480);
        assertThat(between.at("/output/frames").asInt()).isEqualTo(33);

        JsonNode wide =
                estimate(
                                "interpolate",
                                "{'input':{'steps':8},'media':[{'width':2000,'height':100}]}")
                        .json();
        assertThat(wide.path("fits").asText()).isEqualTo("no");
        assertThat(wide.at("/suggestions/0").asText()).contains("crop the picture");
        assertThat(transport.jobs().submitted()).isEmpty();
    }

    @Test
    void whatTheSinkKnowsOfMemoryRunsAndTheQueueIsPassedOn() throws IOException {
        sink.answer =
                exchange ->
                        FakeSink.reply(
                                exchange,
                                200,
                                """
                                {"fits":"yes","ahead":3,"workers":1,
                                 "memory":{"available":85899345920,"worker":"gpu-1"},
                                 "run":{"p50":9000,"p90":12000,"basis":"similar"},
                                 "wait":{"p50":27000,"p90":36000}}
                                """);

        JsonNode known =
                estimate(
                                "restore",
                                "{'input':{'res_h':720,'res_w':1280},'media':[{'width':640,'height':360}]}")
                        .json();

        assertThat(known.path("fits").asText()).isEqualTo("yes");
        assertThat(known.path("memory").toString())
                .isEqualTo("{\"available\":85899345920,\"worker\":\"gpu-1\"}");
        assertThat(known.path("run").toString())
                .isEqualTo("{\"p50\":9000,\"p90\":12000,\"basis\":\"similar\"}");
        assertThat(known.path("wait").toString()).isEqualTo("{\"p50\":27000,\"p90\":36000}");
        assertThat(known.path("suggestions")).isEmpty();
        JsonNode wide =
                estimate("interpolate", "{'input':{},'media':[{'width':2000,'height':100}]}")
                        .json();
        assertThat(wide.path("fits").asText()).as("whatever was done before").isEqualTo("no");
        JsonNode tiny =
                estimate(
                                "restore",
                                "{'input':{'res_h':16,'res_w':16},'media':[{'width':900,'height':100}]}")
                        .json();
        assertThat(tiny.path("fits").asText()).isEqualTo("no");
        assertThat(tiny.at("/suggestions/0").asText()).contains("ask for a larger res_h");
    }

    @Test
    void whatAJobWouldFailForIsRefusedInTheSameWords() throws IOException {
        Reply wrong = estimate("interpolate", "{'input':{'frame_length':0}}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.error()).contains("frame_length");
        for (String body :
                List.of(
                        "",
                        "[]",
                        "{'input':7}",
                        "{'input':{},'media':[{'width':0,'height':9}]}",
                        "{'input':{},'media':[{'height':9}]}",
                        "{'input':{'a':'" + "x".repeat(70_000) + "'}}")) {
            Reply refused = estimate("restore", body);
            assertThat(refused.status()).as("%.40s", body).isEqualTo(400);
            assertThat(refused.error()).isNotEmpty();
        }
    }
}
