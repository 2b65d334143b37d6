package dev.cairn.events;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.TransactionScope;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for events that wait for the end of a unit of work.
 */
class TransactionScopeTests {

	private final List<TransactionScope.Deferred> held = new ArrayList<>();

	private TransactionScope.Transaction work = this.held::add;

	private final Publishing publishing = new Publishing((builder) -> builder.transactions(() -> this.work));

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void anEventHasItsIdAndIsHeld() {
		String id = this.publishing.cairn.event("order.placed").publish();
		assertThat(id).isNotNull();
		assertThat(this.publishing.messages()).isEmpty();
		assertThat(this.publishing.balance().held()).isEqualTo(1);
		this.held.get(0).send();
		assertThat(this.publishing.message().id()).isEqualTo(id);
		assertThat(this.publishing.balance().held()).isZero();
	}

	@Test
	void anEventThatIsNotSentIsCounted() {
		this.publishing.cairn.event("order.placed").publish();
		this.held.get(0).drop(DropReason.ROLLED_BACK);
		this.held.get(0).send();
		assertThat(this.publishing.messages()).isEmpty();
		assertThat(this.publishing.balance().dropped()).containsOnlyKeys(DropReason.ROLLED_BACK);
		assertThat(DropReason.ROLLED_BACK.wireName()).isEqualTo("rolled_back");
		assertThat(this.publishing.balance().held()).isZero();
	}

	@Test
	void isSentOnce() {
		this.publishing.cairn.event("order.placed").publish();
		this.held.get(0).send();
		this.held.get(0).send();
		this.held.get(0).drop(DropReason.ROLLED_BACK);
		assertThat(this.publishing.balance().delivered()).isEqualTo(1);
		assertThat(this.publishing.balance().held()).isZero();
	}

	@Test
	void copiesTheFieldsAtTheCall() {
		List<String> items = new ArrayList<>(List.of("a"));
		this.publishing.cairn.event("order.placed").field("items", items).publish();
		items.add("b");
		this.held.get(0).send();
		assertThat(this.publishing.message().fields()).containsEntry("items", List.of("a"));
	}

	@Test
	void whatThereIsNoRoomForIsCounted() {
		this.work = (event) -> false;
		assertThat(this.publishing.cairn.event("order.placed").publish()).isNull();
		assertThat(this.publishing.balance().dropped()).containsOnlyKeys(DropReason.TRANSACTION_FULL);
	}

	@Test
	void doesNotWaitWhereTheCallRequiresIt() {
		this.publishing.cairn.event("order.placed").immediately().publish();
		assertThat(this.publishing.messages()).hasSize(1);
	}

	@Test
	void cairnsOwnMessagesDoNotWait() {
		this.publishing.cairn.message("http.request").publish();
		this.publishing.cairn.capture(new IllegalStateException());
		this.publishing.cairn.captureMessage("no");
		this.publishing.cairn.flush(Duration.ofSeconds(30));
		assertThat(this.publishing.messages()).extracting(Message::type)
			.containsExactly("http.request", "exception", "exception");
	}

	@Test
	void whatIsSampledOutDoesNotWait() {
		this.publishing.cairn.event("order.placed").rate(0).publish();
		assertThat(this.held).isEmpty();
	}

	@Test
	void sendsAtOnceWhatCannotBeHeld() {
		this.work = (event) -> {
			throw new IllegalStateException("no");
		};
		assertThat(this.publishing.cairn.event("order.placed").publish()).isNotNull();
		assertThat(this.publishing.messages()).hasSize(1);
		assertThat(this.publishing.ledger.failures()).containsOnlyKeys("the transaction scope");
	}

	@Test
	void whatIsHeldWhenCairnEndsIsCountedWhenTheWorkDoes() {
		this.publishing.cairn.event("order.placed").publish();
		this.publishing.cairn.event("order.placed").publish();
		this.publishing.cairn.close();
		assertThat(this.publishing.balance().held()).isEqualTo(2);
		this.held.get(0).send();
		this.held.get(1).drop(DropReason.ROLLED_BACK);
		assertThat(this.publishing.balance().held()).isZero();
		assertThat(this.publishing.balance().dropped()).containsOnlyKeys(DropReason.SHUTDOWN, DropReason.ROLLED_BACK);
	}

}
