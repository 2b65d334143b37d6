package dev.cairn.delivery;

import java.time.Duration;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link MemorySink}.
 */
class MemorySinkTests extends SinkContract {

	private MemorySink sink = new MemorySink(this.channel, 1000);

	@Override
	protected Sink createSink(DeliveryOptions options) {
		return this.sink;
	}

	@Override
	protected Destination createSender() {
		throw new UnsupportedOperationException("it keeps messages itself");
	}

	@Override
	protected Message item(int number) {
		return TestMessages.numbered(number);
	}

	@Override
	protected List<Integer> received() {
		return this.sink.messages().stream().map((message) -> (Integer) message.fields().get("n")).toList();
	}

	@Override
	protected void startBackend() {
	}

	@Override
	protected void stopBackend() {
	}

	@Override
	protected void hangBackend() {
	}

	@Override
	protected void resumeBackend() {
	}

	@Test
	void keepsTheLastMessages() {
		this.sink = new MemorySink(this.channel, 3);
		offer(this.sink, FIRST, FIRST + 10);
		assertThat(received()).isEqualTo(numbers(FIRST + 7, FIRST + 10));
		assertThat(balance().delivered()).isEqualTo(10);
	}

	@Test
	void holdsNothing() {
		offer(this.sink, FIRST);
		assertThat(balance().held()).isZero();
		assertThat(this.sink.flush(Duration.ZERO)).isTrue();
	}

	@Test
	void forgetsWhatItKeepsButNotWhatItCounted() {
		offer(this.sink, FIRST, FIRST + 2);
		this.sink.clear();
		assertThat(this.sink.messages()).isEmpty();
		assertThat(balance().delivered()).isEqualTo(2);
	}

	@Test
	void refusesToKeepNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> new MemorySink(this.channel, 0))
			.withMessageContaining("0");
	}

	/** There is no backend that could die: what is offered is there at once. */
	@Override
	@Test
	protected void survivesADeadBackendAndDeliversWhenItIsBack() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** Nothing waits for a backend, so nothing expires. */
	@Override
	@Test
	protected void countsWhatTheBackendWasAwayTooLongFor() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** There is no backend that could hang. */
	@Override
	@Test
	protected void doesNotBlockCallersWhileTheBackendHangs() {
		offer(this.sink, 0, 10_000);
		assertThat(balance().delivered()).isEqualTo(10_000);
	}

	/** There is no queue: what gives way to newer messages was delivered before. */
	@Override
	@Test
	protected void dropsTheNewestWhenThereAreTooManyMessages() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** There is no queue: what gives way to newer messages was delivered before. */
	@Override
	@Test
	protected void dropsTheOldestWhenThereAreTooManyMessages() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** It is bounded in messages, and each message is bounded in bytes. */
	@Override
	@Test
	protected void dropsTheNewestWhenThereAreTooManyBytes() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** It is bounded in messages, and each message is bounded in bytes. */
	@Override
	@Test
	protected void dropsTheOldestWhenThereAreTooManyBytes() {
		assertThatAllOffersAreDeliveredAtOnce();
	}

	/** Nothing is left to be counted when it is closed. */
	@Override
	@Test
	protected void closesWithinItsTimeAndCountsTheRestWhileTheBackendHangs() {
		assertThatAllOffersAreDeliveredAtOnce();
		this.sink.stop(Duration.ZERO);
		assertThat(balance().droppedTotal()).isZero();
	}

	/** Nothing is left to be counted when it is closed. */
	@Override
	@Test
	protected void closesWithinItsTimeAndCountsTheRestWhileTheBackendIsDead() {
		closesWithinItsTimeAndCountsTheRestWhileTheBackendHangs();
	}

	/** It has no sender that could be closed twice. */
	@Override
	@Test
	protected void closesTwiceWithoutHarm() {
		offer(this.sink, FIRST);
		this.sink.stop(Duration.ZERO);
		this.sink.stop(Duration.ZERO);
		assertThat(received()).containsExactly(FIRST);
	}

	private void assertThatAllOffersAreDeliveredAtOnce() {
		offer(this.sink, FIRST, FIRST + 100);
		assertThat(balance().delivered()).isEqualTo(100);
		assertThat(balance().droppedTotal()).isZero();
		assertThat(received()).isEqualTo(numbers(FIRST, FIRST + 100));
	}

}
