package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Origin;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.notify.Notification.Kind;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.web.request.RequestFacts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Notifications} with a clock of their own.
 */
class NotificationsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final MutableClock clock = new MutableClock();

	private final Accounts accounts = new Accounts();

	private final Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);

	private final List<Notification> sent = new CopyOnWriteArrayList<>();

	private final Notifications notifications = notifications(Set.of(), 10);

	private Notifications notifications(Set<Kind> excluded, int maxPerHour) {
		Extensions extensions = new Extensions(this.accounts::failed, (text) -> text);
		Origin origin = new Origin("shop", "production", null, "host", 1);
		NotificationDispatcher dispatcher = new NotificationDispatcher(origin, Redactor.DEFAULT, this.settings,
				this.accounts.channel(Notifications.CHANNEL), excluded,
				new NotificationLimiter(maxPerHour, Duration.ofHours(1)), this.clock);
		return new Notifications(dispatcher, new FailureGroups(Duration.ofHours(24)), new RequestRules(0.1, null),
				new ChannelRules(this.accounts, Notifications.CHANNEL),
				new ScheduleRules(List::of, this.clock.instant()),
				new Incidents(Incidents.Options.DEFAULT, ApplicationFrames.DEFAULT), ApplicationFrames.DEFAULT,
				extensions, () -> List.of(this.sent::add), (notifier) -> new NotifierQueue(notifier, extensions,
						this.accounts.channel(Notifications.CHANNEL), Duration.ofMillis(1)),
				() -> PATIENCE, this.clock);
	}

	@BeforeEach
	void start() {
		this.notifications.start();
	}

	@AfterEach
	void stop() {
		this.notifications.close();
	}

	private void fail(Notifications notifications, String text) {
		notifications.incident(Failure.of(text), "e1", null);
	}

	private void awaitSent(Kind kind) {
		RunningApplication.await(() -> this.sent.stream().anyMatch((notification) -> notification.kind() == kind));
	}

	private void lose() {
		this.accounts.channel("kafka").offered();
		this.accounts.channel("kafka").dropped(DropReason.OVERFLOW);
	}

	@Test
	void notifiesOfTheFirstFailureOfAKind() {
		fail(this.notifications, "no stock for order 1");
		fail(this.notifications, "no stock for order 2");
		awaitSent(Kind.NEW_INCIDENT);
		this.notifications.close();
		assertThat(this.sent).singleElement().satisfies((notification) -> {
			assertThat(notification.service()).isEqualTo("shop");
			assertThat(notification.environment()).isEqualTo("production");
			assertThat(notification.errorId()).isEqualTo("e1");
			assertThat(notification.count()).isEqualTo(1);
			assertThat(notification.timestamp()).isEqualTo(this.clock.instant());
		});
	}

	@Test
	void notifiesOfAKindThatReturns() {
		fail(this.notifications, "no stock");
		this.clock.plus(Duration.ofHours(25));
		fail(this.notifications, "no stock");
		awaitSent(Kind.RETURNED_INCIDENT);
		assertThat(this.sent.get(1).count()).isEqualTo(2);
		assertThat(this.sent.get(1).text()).contains("1500 minutes before");
	}

	@Test
	void textsHaveNoSecretsAndAreBounded() {
		fail(this.notifications, "login failed: password=hunter2\r\nBcc: all " + "x".repeat(10_000));
		awaitSent(Kind.NEW_INCIDENT);
		Notification notification = this.sent.get(0);
		assertThat(notification.plainText()).doesNotContain("hunter2");
		assertThat(notification.title()).hasSizeLessThanOrEqualTo(200).doesNotContain("\n", "\r");
		assertThat(notification.text()).hasSizeLessThanOrEqualTo(2000);
	}

	@Test
	void notifiesOfAChannelThatIsDownAndUp() {
		this.accounts.channel("kafka").state(State.DOWN);
		awaitSent(Kind.CHANNEL_DOWN);
		this.accounts.channel("kafka").state(State.UP);
		awaitSent(Kind.CHANNEL_UP);
	}

	@Test
	void notifiesOfLossesWhenTheMinuteHasEnded() {
		lose();
		this.clock.plus(Duration.ofMinutes(1));
		awaitSent(Kind.LOSS);
	}

	@Test
	void notifiesOfTooManyFailedRequests() {
		UnitOfWork request = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "GET");
		request.end(UnitOfWork.Outcome.FAILURE);
		for (int i = 0; i < 20; i++) {
			this.notifications.unitEnded(request);
		}
		this.clock.plus(Duration.ofMinutes(1));
		awaitSent(Kind.ERROR_RATE);
	}

	@Test
	void tasksAndExcludedRequestsAreNotCounted() {
		UnitOfWork task = Signals.NONE.start(UnitOfWork.Kind.TASK, "job");
		task.end(UnitOfWork.Outcome.FAILURE);
		UnitOfWork probe = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "GET");
		probe.set(RequestFacts.EXCLUDED, true);
		probe.end(UnitOfWork.Outcome.FAILURE);
		for (int i = 0; i < 20; i++) {
			this.notifications.unitEnded(task);
			this.notifications.unitEnded(probe);
		}
		lose();
		this.clock.plus(Duration.ofMinutes(1));
		awaitSent(Kind.LOSS);
		assertThat(this.sent).extracting(Notification::kind).containsOnly(Kind.LOSS);
	}

	@Test
	void isSilencedByTheSwitchOfASink() {
		this.settings.update((current) -> current.withOff(Set.of(), Set.of(Notifications.CHANNEL)));
		fail(this.notifications, "silent");
		this.settings.update((current) -> current.withOff(Set.of(), Set.of()));
		fail(this.notifications, "loud");
		this.notifications.close();
		assertThat(this.sent).extracting(Notification::text).containsExactly("loud");
		assertThat(this.accounts.balances().get(Notifications.CHANNEL).filtered()).isEqualTo(1);
	}

	@Test
	void aKindIsSilencedByTheSwitchOfAType() {
		this.settings.update((current) -> current.withOff(Set.of("notification.new-incident"), Set.of()));
		fail(this.notifications, "silent");
		this.accounts.channel("kafka").state(State.DOWN);
		awaitSent(Kind.CHANNEL_DOWN);
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void doesNotSendExcludedKinds() {
		Notifications excluding = notifications(Set.of(Kind.NEW_INCIDENT), 10);
		excluding.start();
		fail(excluding, "silent");
		excluding.close();
		assertThat(this.sent).isEmpty();
	}

	@Test
	void summarizesWhatExceedsTheLimitAtTheEndOfTheHour() {
		Notifications limited = notifications(Set.of(), 1);
		limited.start();
		fail(limited, "a");
		fail(limited, "b");
		fail(limited, "c");
		this.clock.plus(Duration.ofHours(1));
		awaitSent(Kind.SUMMARY);
		limited.close();
		assertThat(this.sent).extracting(Notification::kind).containsExactly(Kind.NEW_INCIDENT, Kind.SUMMARY);
		assertThat(this.sent.get(1).count()).isEqualTo(2);
	}

	@Test
	void summarizesWhatExceedsTheLimitWhenItStops() {
		Notifications limited = notifications(Set.of(), 1);
		limited.start();
		fail(limited, "a");
		fail(limited, "b");
		limited.close();
		assertThat(this.sent).extracting(Notification::kind).containsExactly(Kind.NEW_INCIDENT, Kind.SUMMARY);
	}

	@Test
	void hasNoThreadsWhileItIsSuspended() {
		this.notifications.suspend(PATIENCE);
		fail(this.notifications, "held");
		assertThat(this.accounts.balances().get(Notifications.CHANNEL).held()).isEqualTo(1);
		this.notifications.resume();
		awaitSent(Kind.NEW_INCIDENT);
	}

}
