package io.heritage.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PlansTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void theSameSeedPlansTheSameRun() {
        assertThat(LoadPlan.of(7, HOUR, 1, true)).isEqualTo(LoadPlan.of(7, HOUR, 1, true));
        assertThat(faults(7)).isEqualTo(faults(7));
        assertThat(LoadPlan.of(7, HOUR, 1, true)).isNotEqualTo(LoadPlan.of(8, HOUR, 1, true));
        assertThat(faults(7)).isNotEqualTo(faults(8));
    }

    private static List<FaultPlan.Fault> faults(long seed) {
        return FaultPlan.of(seed, HOUR, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }

    @Test
    void anHourHasEveryOutcomeWayAndFault() {
        List<Customer> customers = LoadPlan.of(1, HOUR, 1, true);
        assertThat(customers.stream().map(c -> c.script().outcome()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Script.ScriptedEnd.values());
        assertThat(customers.stream().map(Customer::way).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(Customer.Way.values());
        assertThat(customers)
                .anyMatch(c -> c.mediaBytes() == 1)
                .anyMatch(c -> c.mediaBytes() > 10_000_000)
                .anyMatch(c -> c.cancelAfterMillis() >= 0)
                .anyMatch(c -> c.executionTimeoutMillis() > 0);
        assertThat(LoadPlan.batches(1, HOUR, true))
                .hasSize(180)
                .allMatch(batch -> batch.jobs().size() > 1)
                .isEqualTo(LoadPlan.batches(1, HOUR, true));
        assertThat(faults(1).stream().map(FaultPlan.Fault::kind).collect(Collectors.toSet()))
                .contains(
                        Disturbance.Kind.KILL,
                        Disturbance.Kind.STOP,
                        Disturbance.Kind.SLOW_NETWORK,
                        Disturbance.Kind.CLOCK,
                        Disturbance.Kind.FULL_DISK);
    }

    @Test
    void brokersAreDisturbedOneAtATime() {
        List<FaultPlan.Fault> brokers =
                faults(3).stream().filter(f -> f.part() == Part.Kind.BROKER).toList();
        assertThat(brokers).hasSizeGreaterThan(10);
        for (int i = 1; i < brokers.size(); i++) {
            FaultPlan.Fault before = brokers.get(i - 1);
            assertThat(brokers.get(i).at()).isGreaterThan(before.at() + before.lasts() + 20_000);
        }
    }

    @Test
    void aPartOf20MbIsRead() throws Exception {
        byte[] bytes = new byte[20_000_000];
        String json =
                "{\"output\":{\"frames\":[\"%s\"]}}"
                        .formatted(Base64.getEncoder().encodeToString(bytes));
        assertThat(JobOutput.parts(JobOutput.JSON.readTree(json)))
                .containsExactly(Script.hash(bytes));
    }

    @Test
    void theOutputFollowsFromScriptAndMedia() {
        var script = new Script("t", Script.ScriptedEnd.COMPLETE, 1, 2, 100, false);
        assertThat(script.expected("x")).isEqualTo(script.expected("x")).hasSize(2);
        assertThat(script.expected("x")).isNotEqualTo(script.expected("y"));
        assertThat(Script.of(script.toJson())).isEqualTo(script);
    }
}
