package io.heritage.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.models.torch.NvidiaDriver;
import io.heritage.schemas.EndpointId;
import io.heritage.schemas.Lane;
import io.heritage.standalone.DeafPort;
import io.heritage.standalone.config.HeritageConfig;
import io.heritage.standalone.gpu.GpuReport;
import io.heritage.standalone.services.HostCheck;
import io.heritage.transport.broker.EmbeddedBroker;
import io.heritage.transport.broker.EmbeddedBrokerConfig;
import io.heritage.transport.kafka.Topics;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {
    @TempDir Path folder;

    private HeritageConfig config() {
        return HeritageConfig.defaults()
                .with("data", folder.resolve("data").toString())
                .with("processor.models", folder.toString())
                .with("processor.device", "cpu")
                .with("gateway.port", "0")
                .with("sink.port", "0")
                .with("admin.port", "0");
    }

    private static Finding named(Checkup checkup, String name) {
        return checkup.findings().stream()
                .filter(finding -> finding.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMachineThatRunsTheTestsIsHealthyAndWhatIsNotWellSaysWhatToDo() {
        Checkup checkup = Checkup.of(config(), Map.of());

        assertThat(checkup.healthy()).as(checkup.text()).isTrue();
        assertThat(checkup.findings().stream().map(Finding::name))
                .contains("jdk", "temporary files", "models", "gpu", "clock", "kafka");
        assertThat(checkup.text()).endsWith("Heritage can run here.");
        assertThat(checkup.json().path("healthy").asBoolean()).isTrue();
        assertThat(checkup.findings())
                .filteredOn(finding -> finding.verdict() != Finding.Verdict.OK)
                .allSatisfy(finding -> assertThat(finding.mend()).isNotBlank());
        assertThat(named(checkup, "models").mend()).contains("heritage models pull");
    }

    @Test
    void aKafkaThatDoesNotAnswerIsAFailure() throws Exception {
        Checkup checkup;
        try (var nobody = new DeafPort()) {
            checkup =
                    new Checkup(
                            Checkup.kafka(
                                    config().with("kafka.bootstrap-servers", nobody.address())));
        }

        assertThat(checkup.healthy()).isFalse();
        assertThat(named(checkup, "kafka").verdict()).isEqualTo(Finding.Verdict.FAIL);
        assertThat(named(checkup, "kafka").mend()).contains("kafka.bootstrap-servers");
        assertThat(checkup.text()).contains("FAIL  kafka");
    }

    private static GpuReport gpu(String configured, Optional<String> problem) {
        return new GpuReport(
                configured,
                new NvidiaDriver(
                        Optional.of("550.54.15"),
                        List.of("NVIDIA H100 80GB HBM3"),
                        List.of("/dev/nvidia0"),
                        true),
                Optional.empty(),
                List.of(),
                List.of(),
                problem);
    }

    @Test
    void aGpuThatIsNotUsedIsAWarningAndOneThatIsDemandedAFailure() {
        Finding used = Checkup.gpu(gpu("auto", Optional.empty()));
        assertThat(used.verdict()).isEqualTo(Finding.Verdict.OK);
        assertThat(used.found()).isEqualTo("cuda:0, driver 550.54.15");

        Optional<String> problem = Optional.of("no CUDA libraries");
        Finding left = Checkup.gpu(gpu("auto", problem));
        assertThat(left.verdict()).isEqualTo(Finding.Verdict.WARN);
        assertThat(left.mend()).isEqualTo("no CUDA libraries");

        Finding demanded = Checkup.gpu(gpu("cuda:0", problem));
        assertThat(demanded.verdict()).isEqualTo(Finding.Verdict.FAIL);
        assertThat(demanded.mend()).isEqualTo("no CUDA libraries");

        assertThat(Checkup.gpu(gpu("cpu", problem)).verdict()).isEqualTo(Finding.Verdict.OK);
    }

    @Test
    void aSetupMakesTopicsAndGroupsBeforeAnyPartStarts() throws Exception {
        try (EmbeddedBroker broker =
                EmbeddedBroker.start(EmbeddedBrokerConfig.in(folder.resolve("broker")))) {
            HeritageConfig config =
                    config().with("kafka.bootstrap-servers", broker.bootstrapServers())
                            .with("kafka.replication", "1")
                            .with("kafka.fair-shares", "true");
            assertThat(named(new Checkup(Checkup.kafka(config)), "kafka topics").verdict())
                    .as("a check alone creates nothing")
                    .isEqualTo(Finding.Verdict.WARN);

            Checkup checkup = Checkup.of(config, Map.of(), true);

            assertThat(checkup.healthy()).as(checkup.text()).isTrue();
            assertThat(named(checkup, "kafka setup").verdict()).isEqualTo(Finding.Verdict.OK);
            assertThat(named(checkup, "kafka topics").verdict()).isEqualTo(Finding.Verdict.OK);
            assertThat(settingsOfAGroup(broker)).isEqualTo("earliest");
        }
    }

    /** A member that joins before they are set misses the jobs that were there. */
    private static String settingsOfAGroup(EmbeddedBroker broker) throws Exception {
        var group =
                new ConfigResource(
                        ConfigResource.Type.GROUP,
                        Topics.shareGroup(Topics.jobs(new EndpointId("restore"), Lane.HIGH)));
        try (Admin admin =
                Admin.create(Map.of("bootstrap.servers", (Object) broker.bootstrapServers()))) {
            Config settings =
                    Objects.requireNonNull(
                            admin.describeConfigs(List.of(group))
                                    .all()
                                    .get(2, TimeUnit.MINUTES)
                                    .get(group));
            return settings.get("share.auto.offset.reset").value();
        }
    }

    @Test
    void withoutAKafkaASetupIsAFailure() {
        Checkup checkup = new Checkup(Checkup.kafkaSetUp(config()));

        assertThat(checkup.healthy()).isFalse();
        assertThat(named(checkup, "kafka setup").mend()).contains("kafka.bootstrap-servers");
    }

    @Test
    void anOldJdkIsAFailure() {
        assertThat(MachineChecks.jdk(21, "21.0.5").verdict()).isEqualTo(Finding.Verdict.FAIL);
    }

    @Test
    void aTakenPortIsNamedByItsKey() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = MachineChecks.port("gateway.port", "127.0.0.1", taken.getLocalPort());

            assertThat(finding.verdict()).isEqualTo(Finding.Verdict.WARN);
            assertThat(finding.mend()).contains("gateway.port");
        }
    }

    @Test
    void aSmallMachineIsTold() {
        List<Finding> findings = MachineChecks.host(new HostCheck(1, 1, 1), folder);

        assertThat(findings).hasSize(3);
    }

    @Test
    void aFolderThatIsNotThereHasNoRoomForNativeLibraries() {
        assertThat(MachineChecks.temporary(folder.resolve("none")).verdict())
                .isEqualTo(Finding.Verdict.FAIL);
    }
}
