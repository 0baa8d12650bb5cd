package io.heritage.standalone.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.heritage.models.seedvr2.SeedVr2Variant;
import io.heritage.models.wan.WanFileNames;
import io.heritage.models.wan.WanFiles;
import io.heritage.schemas.PublishedFile;
import io.heritage.schemas.PublishedModel;
import io.heritage.standalone.DeafPort;
import io.heritage.standalone.download.ModelPull.ComparedWith;
import io.heritage.standalone.download.ModelPull.Pulled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class ModelPullTest {
    private static final PublishedFile FILE = PublishedFile.of("org/repo", "sub/model.pth", 0);
    private static final String PATH = "/org/repo/resolve/main/sub/model.pth";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<Duration> pauses = new ArrayList<>();
    private final List<Pulled> pulled = new ArrayList<>();
    private final List<String> progress = new ArrayList<>();
    private final byte[] content = new byte[300_001];
    private FakeHub server;
    private long free = Long.MAX_VALUE;
    private Duration patience = PATIENCE;
    @TempDir private Path folder;

    @BeforeEach
    void start() throws IOException {
        new Random(7).nextBytes(content);
        server = new FakeHub(part());
        server.content = content;
        server.linkedEtag = sha256(content);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void pull(PublishedFile... files) throws IOException, InterruptedException {
        pull(Optional.of("hf_secret"), files);
    }

    private void pull(Optional<String> token, PublishedFile... files)
            throws IOException, InterruptedException {
        try (var hub = new ModelHub(server.base(), token)) {
            new ModelPull(hub, pauses::add, patience, _ -> free, watched())
                    .pull(List.of(files), folder, pulled::add);
        }
    }

    private DownloadProgress watched() {
        return new DownloadProgress() {
            @Override
            public void asking(String host) {
                progress.add("asking " + host);
            }

            @Override
            public void report(String doing, long bytes, long total) {
                progress.add(doing + " " + bytes + "/" + total);
            }

            @Override
            public void retrying(String why, Duration in) {
                progress.add(why + ", again in " + in.toSeconds() + " s");
            }

            @Override
            public void waiting(String name) {
                progress.add("waiting for " + name);
            }
        };
    }

    private Path target() {
        return folder.resolve("model.pth");
    }

    private Path part() {
        return folder.resolve("model.pth.part");
    }

    private static List<String> ranges(List<String> asked) {
        return asked.stream()
                .filter(line -> line.startsWith("cdn GET"))
                .map(line -> line.replaceAll(".*range=(\\S+) if-range.*", "$1"))
                .toList();
    }

    private void assertOnlyTheFileIsThere() throws IOException {
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(target());
        }
        assertThat(target()).hasBinaryContent(content);
    }

    @Test
    void aFileOfLargeFileStorageArrivesAndTheTokenStaysAtTheHub() throws Exception {
        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(server.asked)
                .containsExactly(
                        "hub HEAD " + PATH + " token=Bearer hf_secret range=null if-range=null",
                        "hub GET " + PATH + " token=Bearer hf_secret range=null if-range=null",
                        "cdn GET /signed token=null range=null if-range=null");
        assertThat(pulled)
                .containsExactly(
                        new Pulled(
                                target(),
                                false,
                                Optional.of(server.linkedEtag),
                                ComparedWith.SERVER));
        assertThat(progress).last().isEqualTo("model.pth 300001/300001");
        assertThat(pauses).isEmpty();
    }

    @Test
    void aConnectionThatIsCutIsGoneOnFromWhereItWasAfterAPause() throws Exception {
        server.cuts = 2;

        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("null", "bytes=150000-", "bytes=225000-");
        assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(1));
    }

    @Test
    void pausesGrowWhileNothingComesAndThenThePartStaysForTheNextPull() throws Exception {
        server.cuts = 1;
        server.halfway = () -> server.refusal = 503;

        assertThatThrownBy(() -> pull(FILE)).hasMessageContaining("answers 503");

        assertThat(pauses.stream().map(Duration::toSeconds))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L);
        assertThat(part()).hasSize(150_000);
        assertThat(target()).doesNotExist();
        server.refusal = 0;
        server.asked.clear();

        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("bytes=150000-");
        assertThat(progress).contains("check model.pth.part 150000/150000");
    }

    @Test
    void aConnectionThatBringsNothingIsGivenUpForANewOne() throws Exception {
        patience = Duration.ofSeconds(2);
        server.cuts = 1;
        server.stalls = true;

        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("null", "bytes=150000-");
    }

    @Test
    void anInterruptLeavesAPartToGoOnWith() throws Exception {
        server.cuts = 1;
        server.stalls = true;
        Thread puller = Thread.currentThread();
        server.halfway = puller::interrupt;

        assertThat(catchThrowable(() -> pull(FILE))).isInstanceOf(InterruptedException.class);

        assertThat(Thread.interrupted()).isFalse();
        assertThat(part()).hasSize(150_000);
        pull(FILE);
        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("null", "bytes=150000-");
    }

    @Test
    void aServerWithoutRangesIsAskedForAllOfItAgain() throws Exception {
        server.ranges = false;
        server.cuts = 1;

        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("null", "bytes=150000-");
    }

    @Test
    void aFileWithoutAHashIsGoneOnWithOnlyIfItsEtagIsStillTheSame() throws Exception {
        server.linkedEtag = "";
        server.cuts = 1;
        server.halfway =
                () -> {
                    server.content = Arrays.copyOf(content, 1000);
                    server.etag = "\"v2\"";
                };

        assertThatThrownBy(() -> pull(FILE)).isInstanceOf(IOException.class);

        assertThat(server.asked)
                .contains(
                        "hub GET "
                                + PATH
                                + " token=Bearer hf_secret range=bytes=150000- if-range=\"v1\"");
        server.content = content;
        pull(FILE);
        assertOnlyTheFileIsThere();
        assertThat(pulled).last().extracting(Pulled::checked).isEqualTo(ComparedWith.NOTHING);
    }

    @Test
    void aPartOfAnotherVersionIsBegunAnew() throws Exception {
        Files.write(part(), new byte[100]);
        Files.writeString(folder.resolve("model.pth.part.version"), "another");

        pull(FILE);

        assertOnlyTheFileIsThere();
        assertThat(ranges(server.asked)).containsExactly("null");
    }

    @Test
    void aWrongChecksumIsRefusedAndNothingOfTheFileStays() throws Exception {
        server.linkedEtag = sha256(new byte[1]);

        assertThatThrownBy(() -> pull(FILE))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("model.pth: expected SHA-256 " + server.linkedEtag)
                .hasMessageContaining("the download has " + sha256(content))
                .hasMessageContaining("removed");

        try (var files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void thePublishedChecksumDecidesAlsoAgainstTheServer() throws Exception {
        pull(FILE.withSha256(sha256(content)));
        assertThat(pulled).last().extracting(Pulled::checked).isEqualTo(ComparedWith.PUBLISHED);
        Files.delete(target());

        assertThatThrownBy(() -> pull(FILE.withSha256(sha256(new byte[2]))))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("not the published file");
        server.linkedEtag = "";
        assertThatThrownBy(() -> pull(FILE.withSha256(sha256(new byte[2]))))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("expected SHA-256");
        assertThat(target()).doesNotExist();
    }

    @Test
    void aFileThatIsThereAndRightIsNotFetchedAndAnotherOneIsNotReplaced() throws Exception {
        Files.write(target(), content);
        pull(FILE);
        assertThat(pulled).singleElement().extracting(Pulled::wasThere).isEqualTo(true);
        assertThat(ranges(server.asked)).isEmpty();

        byte[] other = content.clone();
        other[5]++;
        Files.write(target(), other);
        assertThatThrownBy(() -> pull(FILE))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("a different file (SHA-256 " + sha256(other));
        Files.write(target(), new byte[3]);
        assertThatThrownBy(() -> pull(FILE))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("a different file (3 bytes");
        assertThat(target()).hasSize(3);
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeAnythingIsFetched() {
        free = 500_000;

        assertThatThrownBy(() -> pull(FILE, FILE.named("second.pth")))
                .isInstanceOf(PullFailed.class)
                .hasMessageContaining("0.6 MB are needed, 0.5 MB are free");

        assertThat(ranges(server.asked)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({
        "401, '', set HF_TOKEN",
        "401, hf_x, token in HF_TOKEN is not accepted",
        "403, '', set HF_TOKEN",
        "403, hf_x, HF_TOKEN may not read it",
        "404, '', there is no such file; see what is published at",
    })
    void aRefusalSaysWhatToDoAndIsNotTriedAgain(int status, String token, String advice) {
        server.refusal = status;

        assertThatThrownBy(() -> pull(Optional.of(token).filter(t -> !t.isEmpty()), FILE))
                .isInstanceOf(HubRefused.class)
                .hasMessageContaining("sub/model.pth of org/repo")
                .hasMessageContaining("answers " + status + " (as it says)")
                .hasMessageContaining(advice)
                .hasMessageNotContaining("hf_x");

        assertThat(server.asked).hasSize(1);
        assertThat(pauses).isEmpty();
    }

    @Test
    void whoIsAskedAndEveryFurtherTryIsTold() throws Exception {
        try (var gone = new DeafPort()) {
            String nobody = gone.address();
            try (var hub =
                    new ModelHub(java.net.URI.create("http://" + nobody), Optional.empty())) {
                var pull = new ModelPull(hub, pauses::add, patience, _ -> free, watched());

                assertThatThrownBy(() -> pull.pull(List.of(FILE), folder, pulled::add))
                        .isInstanceOf(IOException.class)
                        .hasMessage("nothing answers at http://" + nobody);
            }
            String again = "nothing answers at http://" + nobody + ", again in ";
            assertThat(progress)
                    .containsExactly(
                            "asking " + nobody, again + "1 s", again + "2 s", again + "4 s");
        }
    }

    @Test
    void everyModelArrivesUnderTheNamesItIsLookedForUnder() {
        for (SeedVr2Variant variant : SeedVr2Variant.values()) {
            PublishedModel model = variant.model();
            for (List<PublishedFile> files : List.of(model.files(), model.halfFiles())) {
                assertThat(variant.files()).contains(files.get(0).name());
                assertThat(variant.vaeFiles()).contains(files.get(1).name());
                assertThat(files).hasSize(2);
            }
        }
        assertThat(PublishedModel.WAN22.files().stream().map(PublishedFile::name))
                .containsExactlyInAnyOrderElementsOf(
                        WanFiles.missing(folder, WanFileNames.DOCUMENTED));
    }
}
