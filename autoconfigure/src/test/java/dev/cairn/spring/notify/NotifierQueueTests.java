package dev.cairn.spring.notify;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.delivery.Accounts;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.Uninterruptibly;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NotifierQueue}.
 */
class NotifierQueueTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Accounts accounts = new Accounts();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private final CountDownLatch release = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.release.countDown();
	}

	private NotifierQueue queue(Notifier notifier) {
		Extensions extensions = new Extensions(this.accounts::failed, (text) -> text);
		return new NotifierQueue(new Extensions.Named<>("notifier test", notifier), extensions,
				this.accounts.channel("notifications"), Duration.ofMillis(1));
	}

	private Balance balance() {
		return this.accounts.balances().get("notifications");
	}

	@Test
	void callsTheNotifierOnADaemonThreadOfCairn() {
		NotifierQueue queue = queue((notification) -> this.sent
			.add(Thread.currentThread().getName() + " " + Thread.currentThread().isDaemon()));
		queue.start();
		queue.offer(WebhookNotifierTests.notification("a"));
		RunningApplication.await(() -> balance().delivered() == 1);
		assertThat(this.sent).containsExactly("cairn-notifier true");
		queue.stop(PATIENCE);
	}

	@Test
	void triesThreeTimes() {
		AtomicInteger calls = new AtomicInteger();
		NotifierQueue queue = queue((notification) -> {
			if (calls.incrementAndGet() < 3) {
				throw new IllegalStateException("not yet");
			}
		});
		queue.start();
		queue.offer(WebhookNotifierTests.notification("a"));
		RunningApplication.await(() -> balance().delivered() == 1);
		assertThat(calls).hasValue(3);
		assertThat(balance().state()).isEqualTo(State.UP);
		assertThat(balance().lastError()).contains("not yet");
		queue.stop(PATIENCE);
	}

	@Test
	void countsWhatANotifierThatThrowsDoesNotSend() {
		AtomicInteger calls = new AtomicInteger();
		NotifierQueue queue = queue((notification) -> {
			calls.incrementAndGet();
			throw new LinkageError("broken");
		});
		queue.start();
		queue.offer(WebhookNotifierTests.notification("a"));
		RunningApplication.await(() -> balance().droppedTotal() == 1);
		assertThat(balance().dropped()).containsEntry(DropReason.ERROR, 1L);
		assertThat(balance().state()).isEqualTo(State.DOWN);
		assertThat(calls).hasValue(3);
		assertThat(this.accounts.failures()).containsEntry("notifier test", 3L);
		queue.stop(PATIENCE);
	}

	@Test
	void aNotifierThatHangsFillsItsQueueAndBlocksNobody() {
		CountDownLatch called = new CountDownLatch(1);
		NotifierQueue queue = queue((notification) -> {
			called.countDown();
			Uninterruptibly.await(this.release);
		});
		queue.start();
		queue.offer(WebhookNotifierTests.notification("a"));
		Uninterruptibly.await(called);
		for (int i = 0; i < NotifierQueue.CAPACITY + 5; i++) {
			queue.offer(WebhookNotifierTests.notification("b"));
		}
		assertThat(balance().dropped()).containsEntry(DropReason.OVERFLOW, 5L);
		queue.stop(Duration.ofMillis(10));
		assertThat(balance().dropped()).containsEntry(DropReason.SHUTDOWN, (long) NotifierQueue.CAPACITY);
		assertThat(balance().held()).isEqualTo(1);
		this.release.countDown();
		RunningApplication.await(() -> balance().held() == 0);
	}

	@Test
	void sendsWhatIsHeldWhenItStops() {
		NotifierQueue queue = queue((notification) -> this.sent.add(notification.text()));
		queue.start();
		queue.offer(WebhookNotifierTests.notification("a"));
		queue.offer(WebhookNotifierTests.notification("b"));
		queue.stop(PATIENCE);
		assertThat(this.sent).containsExactly("a", "b");
		queue.offer(WebhookNotifierTests.notification("c"));
		assertThat(balance().dropped()).containsEntry(DropReason.SHUTDOWN, 1L);
		assertThat(balance().held()).isZero();
	}

	@Test
	void holdsNotificationsWhileItIsSuspended() {
		NotifierQueue queue = queue((notification) -> this.sent.add(notification.text()));
		queue.start();
		queue.suspend(PATIENCE);
		queue.offer(WebhookNotifierTests.notification("a"));
		assertThat(balance().held()).isEqualTo(1);
		queue.resume();
		RunningApplication.await(() -> balance().delivered() == 1);
		assertThat(this.sent).containsExactly("a");
		queue.stop(PATIENCE);
	}

	@Test
	void countsWhatIsHeldWhenItStopsWithoutAStart() {
		NotifierQueue queue = queue((notification) -> this.sent.add(notification.text()));
		queue.offer(WebhookNotifierTests.notification("a"));
		queue.stop(PATIENCE);
		assertThat(balance().dropped()).containsEntry(DropReason.SHUTDOWN, 1L);
	}

}
