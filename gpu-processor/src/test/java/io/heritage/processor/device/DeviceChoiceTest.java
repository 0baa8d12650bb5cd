package io.heritage.processor.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heritage.models.torch.Device;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceChoiceTest {
    @Test
    void oneDeviceOrSeveralAreNamed() {
        assertThat(DeviceChoice.parse("auto").devices()).isEmpty();
        assertThat(DeviceChoice.parse("cpu").devices()).containsExactly(new Device.Cpu());
        assertThat(DeviceChoice.parse("cuda").devices()).containsExactly(new Device.Cuda(0));
        assertThat(DeviceChoice.parse("cuda:3").devices()).containsExactly(new Device.Cuda(3));
        assertThat(DeviceChoice.parse("cuda:1, cuda:0").devices())
                .isEqualTo(List.of(new Device.Cuda(1), new Device.Cuda(0)));
        assertThat(DeviceChoice.parse("cpu*3").devices()).hasSize(3).containsOnly(new Device.Cpu());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "gpu",
                "cuda:",
                "cuda:100",
                "cpu*1",
                "cpu*17",
                "cpu*",
                "cuda:0,",
                "auto,cpu"
            })
    void whatNamesNoDeviceIsRefused(String text) {
        assertThatThrownBy(() -> DeviceChoice.parse(text))
                .hasMessage("%s, found '%s'", DeviceChoice.EXPECTED, text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cuda:0,cuda:1,cuda:0|expected each device once, found 'cuda:0,cuda:1,cuda:0'",
                "cuda:0,cpu|expected GPUs only in a list of devices, found 'cuda:0,cpu'",
                "cpu,cpu|expected GPUs only in a list of devices, found 'cpu,cpu'"
            })
    void devicesThatDoNotGoTogetherAreRefused(String text, String why) {
        assertThatThrownBy(() -> DeviceChoice.parse(text)).hasMessage(why);
    }
}
