package dev.cairn.events;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.Cairn.Acceptance;
import dev.cairn.Event.LostException;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.TransactionScope;
import dev.cairn.TransactionScope.Deferred;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.DeliveryOptions.Overflow;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.file.Destinations;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link dev.cairn.Event#publishAndConfirm()} and
 * {@link dev.cairn.LossListener}.
 */
@Timeout(60)
@ExtendWith(AwaitThreads.class)
class ConfirmationTests {

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withRetry(Duration.ofMillis(5),
			Duration.ofMillis(10), Duration.ofMinutes(1));

	private final Accounts accounts = new Accounts();

	private final CountDownLatch settling = new CountDownLatch(1);

	private final List<String> losses = new CopyOnWriteArrayList<>();

	private final CairnBuilder builder = new CairnBuilder(new Origin("shop", null, null, "host", 1))
		.ledger(this.accounts)
		.closeTimeout(() -> Duration.ofMillis(200))
		.lossListener((message, sink, reason) -> this.losses
			.add(message.type() + " " + sink + " " + reason + " " + Thread.currentThread().getName()));

	private Cairn cairn = Cairn.noop();

	@AfterEach
	void close() {
		this.settling.countDown();
		this.cairn.close();
	}

	@Test
	void completesWhenEverySinkHasDelivered() throws Exception {
		start(sink("fast", (batch) -> {
		}), sink("slow", (batch) -> this.settling.await()));
		CompletionStage<String> outcome = this.cairn.event("a").publishAndConfirm();
		await().until(() -> this.accounts.balances().get("fast").delivered() == 1);
		assertThat(outcome.toCompletableFuture()).isNotDone();
		this.settling.countDown();
		assertThat(get(outcome)).isEqualTo(this.cairn.recent().get(0).id());
		assertThat(this.losses).isEmpty();
	}

	@Test
	void failsWithTheReasonOfALoss() {
		start(sink("kafka", (batch) -> batch.forEach((delivery) -> delivery.drop(DropReason.REJECTED, "no", ""))));
		assertThatLost(this.cairn.event("a").publishAndConfirm(), "kafka", DropReason.REJECTED);
		await().untilAsserted(() -> assertThat(this.losses).containsExactly("a kafka REJECTED cairn-losses"));
	}

	@Test
	void failsWhenItGivesWayToAYoungerOne() {
		start(new AsyncSink(this.accounts.channel("kafka"), (batch) -> this.settling.await(),
				OPTIONS.withQueue(2, 1_000_000, Overflow.DROP_OLDEST)));
		List<CompletionStage<String>> outcomes = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			outcomes.add(this.cairn.event("e" + i).publishAndConfirm());
		}
		await().until(() -> outcomes.stream().filter((each) -> each.toCompletableFuture().isDone()).count() == 8);
		await().until(() -> this.losses.size() == 8);
		assertThat(this.losses).allSatisfy((loss) -> assertThat(loss).contains("OVERFLOW cairn-losses"));
	}

	@Test
	void completesWithoutAnIdIfTheEventIsSampledOut() throws Exception {
		start(sink("kafka", (batch) -> {
		}));
		assertThat(get(this.cairn.event("a").rate(0).publishAndConfirm())).isNull();
	}

	@Test
	void failsIfNoRouteLeadsToASink() {
		this.builder.sink(sink("kafka", (batch) -> {
		})).route(Route.of("b", "kafka"));
		this.cairn = this.builder.build();
		assertThatLost(this.cairn.event("a").publishAndConfirm(), "", DropReason.NO_ROUTE);
	}

	@Test
	void failsIfItsTransactionIsRolledBack() {
		List<Deferred> held = new ArrayList<>();
		this.builder.transactions((TransactionScope) () -> held::add);
		start(sink("kafka", (batch) -> {
		}));
		CompletionStage<String> outcome = this.cairn.event("a").publishAndConfirm();
		held.get(0).drop(DropReason.ROLLED_BACK);
		assertThatLost(outcome, "", DropReason.ROLLED_BACK);
		assertThat(this.losses).isEmpty();
	}

	@Test
	void failsIfItIsLostAtTheEnd() {
		start(sink("kafka", (batch) -> this.settling.await()));
		CompletionStage<String> outcome = this.cairn.event("a").publishAndConfirm();
		this.cairn.close();
		assertThatLost(outcome, "kafka", DropReason.SHUTDOWN);
		assertThat(this.losses).containsExactly("a kafka SHUTDOWN cairn-losses");
	}

	@Test
	void isCancelledIfItStaysOnTheDisk(@TempDir Path directory) {
		Spool spool = Destinations.spool(directory, "shop", 1_000_000, this.accounts.channel("kafka"));
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		start(new AsyncSink(this.accounts.channel("kafka"), (batch) -> {
			throw new IOException("away");
		}, List.of(new AsyncSink.Queue(OPTIONS, new Spool.Config(spool, codec, false, 1000))), (message) -> 0));
		CompletionStage<String> outcome = this.cairn.event("a").publishAndConfirm();
		await().until(() -> this.accounts.balances().get("kafka").spooled() == 1);
		assertThat(outcome.toCompletableFuture()).isNotDone();
		this.cairn.close();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> get(outcome))
			.withCauseInstanceOf(CancellationException.class);
		assertThat(this.losses).isEmpty();
	}

	@Test
	void completesAfterTheDisk(@TempDir Path directory) throws Exception {
		Spool spool = Destinations.spool(directory, "shop", 1_000_000, this.accounts.channel("kafka"));
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		start(new AsyncSink(this.accounts.channel("kafka"), (batch) -> {
			if (this.settling.getCount() > 0) {
				throw new IOException("away");
			}
		}, List.of(new AsyncSink.Queue(OPTIONS, new Spool.Config(spool, codec, false, 1000))), (message) -> 0));
		CompletionStage<String> outcome = this.cairn.event("a").publishAndConfirm();
		await().until(() -> this.accounts.balances().get("kafka").spooled() == 1);
		this.settling.countDown();
		assertThat(get(outcome)).isNotNull();
	}

	@Test
	void theMessageOfAnotherServiceIsStoredWhenItIsOnTheDisk(@TempDir Path directory) throws Exception {
		Spool spool = Destinations.spool(directory, "shop", 1_000_000, this.accounts.channel("kafka"));
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		start(new AsyncSink(this.accounts.channel("kafka"), (batch) -> {
			throw new IOException("away");
		}, List.of(new AsyncSink.Queue(OPTIONS, new Spool.Config(spool, codec, false, 1000))), (message) -> 0));
		assertThat(get(this.cairn.acceptAndStore(foreign()))).isEqualTo(Acceptance.ACCEPTED);
		assertThat(this.accounts.balances().get("kafka").spooled()).isEqualTo(1);
	}

	@Test
	void theMessageOfAnotherServiceIsNotStoredBeforeEachSinkHasIt() throws Exception {
		start(sink("fast", (batch) -> {
		}), sink("slow", (batch) -> this.settling.await()),
				sink("broken", (batch) -> batch.forEach((delivery) -> delivery.drop(DropReason.REJECTED, "no", ""))));
		CompletionStage<Acceptance> stored = this.cairn.acceptAndStore(foreign());
		await().until(() -> this.accounts.balances().get("fast").delivered() == 1
				&& this.accounts.balances().get("broken").droppedTotal() == 1);
		assertThat(stored.toCompletableFuture()).isNotDone();
		this.settling.countDown();
		assertThat(get(stored)).isEqualTo(Acceptance.ACCEPTED);
	}

	@Test
	void theMessageOfAnotherServiceIsLostIfEverySinkLosesIt() throws Exception {
		start(sink("kafka", (batch) -> batch.forEach((delivery) -> delivery.drop(DropReason.REJECTED, "no", ""))));
		assertThat(get(this.cairn.acceptAndStore(foreign()))).isEqualTo(Acceptance.LOST);
		this.cairn.close();
		assertThat(get(this.cairn.acceptAndStore(foreign()))).isEqualTo(Acceptance.LOST);
	}

	private static Message foreign() {
		return new Message("id-1", "a", Instant.EPOCH, "app", Severity.NOTICE, "", Map.of(),
				new Origin("mobile", null, null, "phone", 1), null, null, false, null, null);
	}

	@Test
	void refusesWhatALossListenerPublishes() {
		this.builder.lossListener((message, sink, reason) -> this.cairn.event("again").publish());
		start(sink("kafka", (batch) -> batch.forEach((delivery) -> delivery.drop(DropReason.REJECTED, "no", ""))));
		this.cairn.event("a").publish();
		await().untilAsserted(() -> assertThat(this.accounts.balances().get("kafka").dropped())
			.containsEntry(DropReason.REENTRANT, 1L));
		assertThat(this.losses).hasSize(1);
	}

	@Test
	void publishesFromAContinuation() throws Exception {
		start(sink("kafka", (batch) -> {
		}));
		CompletionStage<String> next = this.cairn.event("a")
			.publishAndConfirm()
			.thenCompose((id) -> this.cairn.event("b").field("cause", id).publishAndConfirm());
		assertThat(get(next)).isNotNull();
		assertThat(this.accounts.balances().get("kafka").delivered()).isEqualTo(2);
	}

	private void start(AsyncSink... sinks) {
		for (AsyncSink sink : sinks) {
			this.builder.sink(sink);
		}
		this.cairn = this.builder.build();
	}

	private AsyncSink sink(String name, Destination destination) {
		return new AsyncSink(this.accounts.channel(name), destination, OPTIONS);
	}

	private static <T> T get(CompletionStage<T> outcome) throws Exception {
		return outcome.toCompletableFuture().get(30, TimeUnit.SECONDS);
	}

	private static void assertThatLost(CompletionStage<String> outcome, String sink, DropReason reason) {
		assertThatExceptionOfType(CompletionException.class)
			.isThrownBy(() -> outcome.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join())
			.havingCause()
			.isInstanceOfSatisfying(LostException.class, (ex) -> {
				assertThat(ex.sink()).isEqualTo(sink);
				assertThat(ex.reason()).isEqualTo(reason);
			});
	}

}
