package io.heritage.schemas;

import static io.heritage.schemas.Samples.ID;
import static io.heritage.schemas.Samples.after;
import static io.heritage.schemas.Samples.json;
import static io.heritage.schemas.Samples.media;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final MediaRef FIRST = media();
    private static final MediaRef SECOND =
            new MediaRef.InKafka("heritage.media", 0, 1, 2, "k", "p", 1, 3, "", "image/png");

    private final Job batch =
            Samples.batch(
                    Samples.job("https://client.example/hook"),
                    new Payload(
                            json(
                                    """
                                    {'input':{'steps':8,'end':{'$media':1},'prompt':'shared'},
                                     'inputs':[{'start':{'$media':0,'$text':'media:x'},'prompt':'own'},
                                               {'start':[{'$media':1}]}]}\
                                    """),
                            List.of(FIRST, SECOND)),
                    2);

    @Test
    void aJobOfABatchHasTheSharedFieldsAndItsOwnWhichComeFirst() {
        Job first = Batch.member(batch, 0);
        assertThat(first.input())
                .isEqualTo(
                        new Payload(
                                json(
                                        "{'steps':8,'end':{'$media':0},'prompt':'own','start':{'$media':1,'$text':'media:x'}}"),
                                List.of(SECOND, FIRST)));
        Job second = Batch.member(batch, 1);
        assertThat(second.input())
                .isEqualTo(
                        new Payload(
                                json(
                                        "{'steps':8,'end':{'$media':0},'prompt':'shared','start':[{'$media':0}]}"),
                                List.of(SECOND)));
        assertThat(second.id()).isEqualTo(new JobId(ID + "-b1"));
        assertThat(second.batch()).isEqualTo(new Batch.Member(ID, 1, 2));
        assertThat(second.webhook()).isNull();
        assertThat(second.expiresAt()).isEqualTo(batch.expiresAt());
        assertThat(second.isBatch()).isFalse();
        assertThatThrownBy(() -> Batch.member(batch, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aBatchRunsFromItsSubmissionOnAndNoWorkerCanTakeIt() {
        JobRecord begun = JobRecord.unseen(ID).apply(new JobEvent.Submitted(batch, after(0), null));
        assertThat(begun.state().status()).isEqualTo("IN_PROGRESS");
        assertThat(begun.isDivided()).isTrue();
        assertThat(begun.apply(new JobEvent.Submitted(batch, after(1), null))).isEqualTo(begun);
        assertThat(begun.apply(Samples.started(2, 3)).state()).isEqualTo(begun.state());
        assertThat(begun.apply(Samples.completed(1, 3)).state()).isEqualTo(begun.state());
        JobRecord done =
                begun.apply(
                        new JobEvent.Completed(
                                ID, after(9), Batch.ATTEMPT, Batch.WORKER, Samples.output()));
        assertThat(done.state()).isInstanceOf(JobState.Completed.class);
        JobRecord wrong =
                JobRecord.unseen(ID).apply(new JobEvent.Submitted(batch, after(0), "no prompt"));
        assertThat(wrong.state()).isInstanceOf(JobState.Failed.class);
    }
}
