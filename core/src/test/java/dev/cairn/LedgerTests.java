package dev.cairn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Ledger.DropReason;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Ledger}.
 */
class LedgerTests {

	private final Accounts ledger = new Accounts();

	@Test
	void opensAChannelOnce() {
		assertThat(this.ledger.channel("kafka")).isSameAs(this.ledger.channel("kafka"));
	}

	@Test
	void showsItsChannelsInTheOrderOfTheirNames() {
		this.ledger.channel("sentry");
		this.ledger.channel("file");
		this.ledger.channel("kafka");
		assertThat(this.ledger.balances().keySet()).containsExactly("file", "kafka", "sentry");
	}

	@Test
	void beginsUpAndWithNothing() {
		Ledger.Balance balance = this.ledger.channel("kafka").balance();
		assertThat(balance.state()).isEqualTo(Ledger.State.UP);
		assertThat(balance.offered()).isZero();
		assertThat(balance.held()).isZero();
		assertThat(balance.dropped()).isEmpty();
		assertThat(balance.lastError()).isNull();
	}

	@Test
	void countsEachOutcome() {
		Channel channel = this.ledger.channel("kafka");
		for (int i = 0; i < 10; i++) {
			channel.offered();
		}
		channel.sampledOut(1);
		channel.filtered();
		channel.accepted(1);
		channel.delivered(1);
		channel.delivered(1);
		channel.truncated();
		channel.dropped(DropReason.OVERFLOW);
		channel.dropped(DropReason.OVERFLOW);
		channel.dropped(DropReason.EXPIRED);
		Ledger.Balance balance = channel.balance();
		assertThat(balance.sampledOut()).isEqualTo(1);
		assertThat(balance.filtered()).isEqualTo(1);
		assertThat(balance.accepted()).isEqualTo(1);
		assertThat(balance.delivered()).isEqualTo(2);
		assertThat(balance.truncated()).isEqualTo(1);
		assertThat(balance.dropped()).isEqualTo(Map.of(DropReason.OVERFLOW, 2L, DropReason.EXPIRED, 1L));
		assertThat(balance.droppedTotal()).isEqualTo(3);
		assertThat(balance.held()).isEqualTo(10 - 1 - 1 - 2 - 3);
	}

	@Test
	void reportsChannelsThatAreOpenAndThatWillBe() {
		this.ledger.channel("kafka");
		List<String> reported = new ArrayList<>();
		this.ledger.onChannel((channel) -> reported.add(channel.name()));
		this.ledger.channel("sentry");
		this.ledger.channel("sentry");
		assertThat(reported).containsExactly("kafka", "sentry");
	}

	@Test
	void countsTheFailuresOfExtensions() {
		this.ledger.failed("filter b");
		this.ledger.failed("filter a");
		this.ledger.failed("filter b");
		assertThat(this.ledger.failures()).containsExactly(Map.entry("filter a", 1L), Map.entry("filter b", 2L));
	}

	@Test
	void boundsTheKindsOfFailures() {
		for (int i = 0; i < 1000; i++) {
			this.ledger.failed("kind " + i);
		}
		assertThat(this.ledger.failures()).hasSizeLessThanOrEqualTo(101).containsEntry("other", 900L);
		assertThat(this.ledger.failures().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(1000);
	}

	@Test
	void namesReasonsAsTheEndpointWritesThem() {
		assertThat(DropReason.NO_ROUTE.wireName()).isEqualTo("no_route");
		assertThat(Category.BEHAVIOUR.wireName()).isEqualTo("behaviour");
	}

}
