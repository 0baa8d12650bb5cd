package io.heritage.sink.fold;

import static org.assertj.core.api.Assertions.assertThat;

import io.heritage.schemas.Job;
import io.heritage.schemas.JobEvent;
import io.heritage.schemas.JobState;
import io.heritage.schemas.ReplyShape;
import io.heritage.sink.Samples;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** When the webhook of a job is called. */
@SuppressWarnings("NullAway.Init")
class JobWebhooksTest extends TopologyFixture {
    private static final String HOOK = "https://client.example/hook";

    @Test
    void aWebhookIsCalledOnceTheJobHasEndedHowever() {
        Job done = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        Job failed = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        Job cancelled = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        Job late = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        pass(Duration.ofSeconds(1));
        assertThat(webhooks.called).isEmpty();
        happens(samples.completed(done, 1));
        happens(samples.failed(failed, "bad"));
        happens(new JobEvent.Cancelled(cancelled.id(), clock.instant()));
        happens(new JobEvent.TimedOut(late.id(), clock.instant(), "job expired"));
        for (int i = 0; i < 4; i++) {
            webhooks.answers.add(new WebhookCall.Delivered("status 204"));
        }
        pass(Duration.ofSeconds(1));
        pass(Duration.ofHours(1));
        assertThat(webhooks.called)
                .extracting(TrackedJob::id)
                .containsExactlyInAnyOrder(done.id(), failed.id(), cancelled.id(), late.id());
    }

    @Test
    void aWebhookThatFailsIsCalledThreeTimesInAllAndChangesNothingOfTheJob() {
        Job job = endedWithWebhook();
        for (int i = 0; i < 5; i++) {
            webhooks.answers.add(new WebhookCall.Failed("status 500"));
        }
        pass(Duration.ofMillis(200));
        pass(Duration.ofMillis(200));
        assertThat(webhooks.called).hasSize(1);
        pass(Duration.ofMillis(4500));
        assertThat(webhooks.called).hasSize(1);
        pass(Duration.ofSeconds(1));
        pass(Duration.ofMillis(200));
        assertThat(webhooks.called).hasSize(2);
        pass(Duration.ofSeconds(14));
        assertThat(webhooks.called).hasSize(2);
        pass(Duration.ofSeconds(2));
        assertThat(webhooks.called).hasSize(3);
        pass(Duration.ofHours(1));
        assertThat(webhooks.called).hasSize(3);
        assertThat(webhook(job).attempts()).isEqualTo(3);
        assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
        assertThat(webhook(job).log())
                .extracting(WebhookState.Delivery::detail)
                .containsExactly("status 500", "status 500", "status 500");
        assertThat(page.text())
                .contains(
                        "heritage_webhook_total{outcome=\"pending\"} 2.0",
                        "heritage_webhook_total{outcome=\"given_up\"} 1.0");
        assertThat(state(job)).isInstanceOf(JobState.Completed.class);
    }

    @Test
    void aWebhookIsCalledOnceMoreForWhoeverWantsItAndBothCallsAreLogged() {
        Job job = endedWithWebhook();
        webhooks.answers.add(new WebhookCall.Refused("private"));
        pass(Duration.ofMillis(200));
        pass(Duration.ofMillis(200));
        assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
        webhooks.answers.add(new WebhookCall.Delivered("status 200"));
        resends.want(job.id());
        pass(Duration.ofMillis(200));
        pass(Duration.ofMillis(200));
        assertThat(webhooks.called).hasSize(2);
        assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.DELIVERED);
        assertThat(webhook(job).log())
                .extracting(WebhookState.Delivery::detail)
                .containsExactly("private", "status 200");
        assertThat(page.text()).contains("heritage_webhook_total{outcome=\"delivered\"} 1.0");
    }

    @Test
    void aWebhookWaitsWhileTooManyAreUnderWayAndCostsNothingMeanwhile() {
        Job job = endedWithWebhook();
        webhooks.busy = _ -> true;
        byte[] before = store().get(job.id().value());
        pass(Duration.ofMinutes(1));
        assertThat(store().get(job.id().value())).isEqualTo(before);
        webhooks.busy = _ -> false;
        pass(Duration.ofSeconds(2));
        assertThat(webhooks.called).hasSize(1);
    }

    @Test
    void anOwnerWhoseReceiverHangsKeepsNobodyElseWaiting() {
        webhooks.busy = job -> Objects.requireNonNull(job.job()).owner().equals("alice");
        for (int i = 0; i < 1000; i++) {
            endedWithWebhook();
        }
        Job other = submit(samples.job("bob", HOOK, ReplyShape.ENVELOPE));
        happens(samples.completed(other, 1));
        pass(Duration.ofMillis(300));
        assertThat(webhooks.called).extracting(TrackedJob::id).containsExactly(other.id());
    }

    @Test
    void aJobIsNotForgottenBeforeItsWebhookWasCalled() {
        webhooks.busy = _ -> true;
        Job job = endedWithWebhook();
        pass(Samples.endpoint().resultRetention().plusMinutes(5));
        webhooks.busy = _ -> false;
        pass(Duration.ofSeconds(1));
        assertThat(webhooks.called).extracting(TrackedJob::id).containsExactly(job.id());
    }

    @Test
    void anAddressThatIsNotAllowedIsNotTriedAgain() {
        Job job = endedWithWebhook();
        webhooks.answers.add(new WebhookCall.Refused("private"));
        pass(Duration.ofMillis(200));
        pass(Duration.ofMinutes(1));
        assertThat(webhooks.called).hasSize(1);
        assertThat(webhook(job).outcome()).isEqualTo(WebhookState.Outcome.GIVEN_UP);
    }

    private WebhookState webhook(Job job) {
        return Objects.requireNonNull(tracked(job).webhook());
    }

    private Job endedWithWebhook() {
        Job job = submit(samples.job(HOOK, ReplyShape.ENVELOPE));
        happens(samples.completed(job, 1));
        return job;
    }
}
