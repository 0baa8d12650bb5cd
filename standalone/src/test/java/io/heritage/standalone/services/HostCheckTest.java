package io.heritage.standalone.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostCheckTest {
    private static final long GB = 1_000_000_000;
    @TempDir Path folder;

    @Test
    void aMachineWithEnoughOfEverythingIsNotWarnedAbout() throws Exception {
        var host = new HostCheck(20 * GB, 8 * GB, 1 << 20);

        assertThat(host.warnings()).isEmpty();
        assertThatCode(() -> host.requireDisk(folder)).doesNotThrowAnyException();
        assertThat(HostCheck.of(folder.resolve("new")).memoryBytes()).isPositive();
    }

    @Test
    void whatThereIsTooLittleOfIsToldWithNumbers() {
        assertThat(new HostCheck(GB / 2, 512L << 20, 256).warnings())
                .satisfiesExactly(
                        disk -> assertThat(disk).contains("0.5 GB", "1.2 GB"),
                        memory -> assertThat(memory).contains("512 MiB", "1024 MiB"),
                        descriptors -> assertThat(descriptors).contains("256", "4096"));
    }

    @Test
    void aFullDiskIsNamedAtTheStart() {
        assertThatThrownBy(() -> new HostCheck(1_000_000, GB, 4096).requireDisk(folder))
                .isInstanceOf(CannotStart.class)
                .hasMessageContainingAll(folder.toString(), "full", "1 MB");
    }

    @Test
    void aDataFolderThatCannotBeMadeSaysWhatToDo() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");

        assertThatThrownBy(() -> HostCheck.of(file.resolve("data")))
                .isInstanceOf(CannotStart.class)
                .hasMessageContaining("--data");
    }
}
