package dev.cairn.spring.notify;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.spring.notify.Notification.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ChannelRules}.
 */
class ChannelRulesTests {

	private final Accounts accounts = new Accounts();

	private final Channel kafka = this.accounts.channel("kafka");

	private final Channel own = this.accounts.channel("notifications");

	private final ChannelRules rules = new ChannelRules(this.accounts, "notifications");

	private final List<Kind> alerts = new ArrayList<>();

	private List<Kind> states(boolean sent) {
		this.alerts.clear();
		this.rules.checkStates((alert) -> {
			this.alerts.add(alert.kind());
			return sent;
		});
		return this.alerts;
	}

	private void lose(Channel channel, DropReason reason) {
		channel.offered();
		channel.dropped(reason);
	}

	@Test
	void noticesThatAChannelIsDownAndUp() {
		assertThat(states(true)).isEmpty();
		this.kafka.state(State.DOWN);
		assertThat(states(true)).containsExactly(Kind.CHANNEL_DOWN);
		assertThat(states(true)).isEmpty();
		this.kafka.state(State.DEGRADED);
		assertThat(states(true)).isEmpty();
		this.kafka.state(State.UP);
		assertThat(states(true)).containsExactly(Kind.CHANNEL_UP);
		assertThat(states(true)).isEmpty();
	}

	@Test
	void aDegradedChannelIsNotDown() {
		this.kafka.state(State.DEGRADED);
		assertThat(states(true)).isEmpty();
	}

	@Test
	void whoWasNotToldThatItIsDownIsNotToldThatItIsUp() {
		this.kafka.state(State.DOWN);
		states(false);
		this.kafka.state(State.UP);
		assertThat(states(true)).isEmpty();
	}

	@Test
	void noticesWhatAChannelHasLost() {
		assertThat(this.rules.checkLosses()).isEmpty();
		lose(this.kafka, DropReason.OVERFLOW);
		lose(this.kafka, DropReason.OVERFLOW);
		lose(this.kafka, DropReason.EXPIRED);
		assertThat(this.rules.checkLosses()).singleElement().satisfies((alert) -> {
			assertThat(alert.count()).isEqualTo(3);
			assertThat(alert.title()).isEqualTo("Channel kafka has lost messages");
			assertThat(alert.text()).isEqualTo("overflow: 2\nexpired: 1");
		});
		assertThat(this.rules.checkLosses()).isEmpty();
		lose(this.kafka, DropReason.OVERFLOW);
		assertThat(this.rules.checkLosses()).singleElement()
			.satisfies((alert) -> assertThat(alert.count()).isEqualTo(1));
	}

	@Test
	void aTransactionThatIsRolledBackIsNoLoss() {
		lose(this.kafka, DropReason.ROLLED_BACK);
		assertThat(this.rules.checkLosses()).isEmpty();
	}

	@Test
	void itsOwnFailuresAreNoReasonToNotify() {
		this.own.state(State.DOWN);
		lose(this.own, DropReason.ERROR);
		assertThat(states(true)).isEmpty();
		assertThat(this.rules.checkLosses()).isEmpty();
	}

}
