package dev.cairn.engine;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Cairn;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Trace;
import dev.cairn.context.SignalListener;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;
import dev.cairn.testing.TestMessages;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for foreign code that is called by Cairn and calls Cairn again.
 */
@Timeout(60)
class ReentryTests {

	private final Accounts ledger = new Accounts();

	private final FakeSink sink = new FakeSink(this.ledger, "memory");

	private final AtomicInteger calls = new AtomicInteger();

	private Cairn cairn = Cairn.noop();

	@AfterEach
	void stop() {
		this.cairn.close();
	}

	@Test
	void refusesAThrowableThatCapturesInEachOfItsMethods() {
		build(builder());
		String id = this.cairn.capture(new Hostile());
		assertThat(id).isNotNull();
		assertThat(this.calls.get()).isPositive();
		assertThatTheRestIsRefused(this.calls.get(), Message.TYPE_EXCEPTION);
		assertThat(this.cairn.ledger().incidents().balance().failures()).isEqualTo(1);
	}

	@Test
	void refusesThrowablesOfTheRecentPastThatCapture() {
		build(builder());
		for (int i = 0; i < 20; i++) {
			this.cairn.capture(new Hostile());
		}
		int before = this.calls.get();
		this.cairn.captureMessage("a text that may quote one of them");
		assertThat(this.calls.get() - before).isLessThan(200);
		assertThat(this.cairn.ledger().incidents().balance().failures()).isLessThanOrEqualTo(21);
	}

	@Test
	void refusesAValueThatPublishesItself() {
		build(builder());
		Object value = new Object() {

			@Override
			public String toString() {
				ReentryTests.this.calls.incrementAndGet();
				ReentryTests.this.cairn.event("from.value").field("value", this).publish();
				ReentryTests.this.cairn.captureMessage("from value");
				return "value";
			}

		};
		this.cairn.event("a")
			.field("value", value)
			.field("list", List.of(value))
			.field("map", Map.of(1, value))
			.publish();
		this.cairn.event("a").details((event) -> event.field("value", value)).publish();
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("a", "a");
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, 2L * this.calls.get()));
	}

	@Test
	void acceptsWhatAnEnricherPublishesOnceEach() {
		build(builder().enricher((event) -> publish("from.first")).enricher((event) -> publish("from.second")));
		this.cairn.event("a").publish();
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("from.first", "from.second", "a");
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, 2L));
	}

	@Test
	void acceptsWhatEachOfManyListenersPublishesOnce() {
		List<SignalListener> listeners = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			listeners.add(new SignalListener() {

				@Override
				public void published(Message message, boolean accepted, UnitOfWork unit) {
					publish("from.listener");
				}

			});
		}
		build(builder().signals(new Signals(listeners, InstantSource.system(),
				new Extensions(this.ledger::failed, (text) -> text), Trace.Source.NONE)));
		this.cairn.event("a").publish();
		assertThat(this.sink.messages).hasSize(1 + 7);
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, 7L * 6L));
	}

	@Test
	void capturesWhatAnEnricherCapturesOnce() {
		build(builder().enricher((event) -> capture()).incidentEnricher((failure, event) -> capture()));
		this.cairn.event("a").publish();
		assertThat(this.calls).hasValue(2);
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("exception", "a");
		this.cairn.capture(new IllegalStateException());
		assertThat(this.sink.messages).hasSizeLessThanOrEqualTo(5);
		assertThat(this.calls).hasValueLessThanOrEqualTo(6);
	}

	@Test
	void refusesASinkThatCapturesAndPublishesWhileItIsOffered() {
		build(builder());
		this.sink.onOffer = (message) -> {
			capture();
			publish("from.sink");
		};
		this.cairn.event("a").publish();
		assertThat(this.sink.messages).hasSize(1);
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, 2L));
	}

	@Test
	void refusesADestinationThatCapturesAndPublishesWhileItDelivers() throws Exception {
		AsyncSink async = new AsyncSink(this.ledger.channel("async"), (batch) -> {
			capture();
			publish("from.destination");
			Thread other = new Thread(() -> publish("from.client"));
			other.start();
			other.join();
		}, DeliveryOptions.DEFAULT);
		build(new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(async));
		this.cairn.event("a").publish();
		Awaitility.await().until(() -> this.ledger.channel("async").balance().delivered() == 1);
		assertThat(this.ledger.channel("async").balance().dropped()).isEqualTo(Map.of(DropReason.REENTRANT, 3L));
		assertThat(this.calls).hasValue(3);
	}

	@Test
	void acceptsWhatAThreadPublishesThatHelpsTheApplication() throws Exception {
		build(builder());
		Thread helper = Threads.helper(() -> publish("a"), "helper");
		helper.start();
		helper.join();
		assertThat(this.sink.messages).hasSize(1);
	}

	@Test
	void acceptsWhatAThreadPublishesThatAListenerHasStarted() throws Exception {
		build(builder());
		Extensions extensions = new Extensions(this.ledger::failed, (text) -> text);
		Thread own = Threads.daemon(() -> extensions.each(Extensions.named("listener", List.of("a")), (listener) -> {
			publish("refused");
			Thread started = new Thread(() -> publish("accepted"));
			started.start();
			Threads.join(started, Threads.deadline(Duration.ofSeconds(30)));
		}), "own");
		own.start();
		own.join();
		assertThat(this.ledger.failures()).isEmpty();
		assertThat(this.sink.messages).extracting(Message::type).containsExactly("accepted");
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, 1L));
	}

	private void assertThatTheRestIsRefused(int refused, String type) {
		assertThat(this.sink.messages).extracting(Message::type).containsExactly(type);
		assertThat(balance()).isEqualTo(Map.of(DropReason.REENTRANT, (long) refused));
	}

	private void publish(String type) {
		this.calls.incrementAndGet();
		this.cairn.event(type).publish();
	}

	private void capture() {
		this.calls.incrementAndGet();
		this.cairn.capture(new IllegalArgumentException("lookup failed"));
	}

	private CairnBuilder builder() {
		return new CairnBuilder(TestMessages.ORIGIN).ledger(this.ledger).sink(this.sink);
	}

	private void build(CairnBuilder builder) {
		this.cairn = builder.build();
	}

	private Map<DropReason, Long> balance() {
		return this.ledger.channel("memory").balance().dropped();
	}

	private final class Hostile extends RuntimeException {

		private static final long serialVersionUID = 1L;

		@Override
		public String getMessage() {
			ReentryTests.this.calls.incrementAndGet();
			ReentryTests.this.cairn.captureMessage("asked");
			return "m";
		}

		@Override
		public synchronized Throwable getCause() {
			ReentryTests.this.calls.incrementAndGet();
			ReentryTests.this.cairn.capture(this);
			return null;
		}

		@Override
		public StackTraceElement[] getStackTrace() {
			ReentryTests.this.calls.incrementAndGet();
			ReentryTests.this.cairn.event("frames").publish();
			return super.getStackTrace();
		}

	}

}
