package dev.cairn.spring.notify;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.cairn.Ledger;
import dev.cairn.Ledger.Balance;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.spring.notify.Notification.Kind;

/**
 * The rules for the channels: what they lose, and whether their destinations are
 * available. The channel of the notifications is left out, because its failures must not
 * cause further ones. For one thread.
 */
final class ChannelRules {

	/** A rollback is a decision of the caller, and strangers could cause the others. */
	private static final Set<DropReason> DECISIONS = EnumSet.of(DropReason.ROLLED_BACK, DropReason.REFUSED,
			DropReason.RATE_LIMITED);

	private final Ledger ledger;

	private final String ownChannel;

	private final Map<String, Map<DropReason, Long>> losses = new HashMap<>();

	private final Set<String> down = new HashSet<>();

	/** Those whose outage was reported. */
	private final Set<String> notified = new HashSet<>();

	ChannelRules(Ledger ledger, String ownChannel) {
		this.ledger = ledger;
		this.ownChannel = ownChannel;
	}

	private Map<String, Balance> balances() {
		Map<String, Balance> balances = new HashMap<>(this.ledger.balances());
		balances.remove(this.ownChannel);
		return balances;
	}

	/**
	 * Reports channels that went down or up. The end of an outage is reported only if its
	 * beginning was.
	 */
	void checkStates(Predicate<Alert> alerts) {
		balances().forEach((name, balance) -> {
			if (balance.state() == State.DOWN && this.down.add(name)) {
				String error = (balance.lastError() != null) ? "\nLast error: " + balance.lastError() : "";
				if (alerts.test(Alert.of(name, Kind.CHANNEL_DOWN, "Channel " + name + " is down",
						"%d messages wait, %d are lost.%s".formatted(balance.held(), balance.droppedTotal(), error),
						balance.held()))) {
					this.notified.add(name);
				}
			}
			else if (balance.state() == State.UP && this.down.remove(name) && this.notified.contains(name)
					&& alerts.test(Alert.of(name, Kind.CHANNEL_UP, "Channel " + name + " is up again",
							"%d messages wait, %d are lost.".formatted(balance.held(), balance.droppedTotal()),
							balance.held()))) {
				this.notified.remove(name);
			}
		});
	}

	/** Reports the losses of the channels since the last call. */
	List<Alert> checkLosses() {
		List<Alert> alerts = new ArrayList<>();
		balances().forEach((name, balance) -> {
			Map<DropReason, Long> before = this.losses.getOrDefault(name, Map.of());
			Map<DropReason, Long> lost = new EnumMap<>(DropReason.class);
			balance.dropped().forEach((reason, count) -> {
				long more = count - before.getOrDefault(reason, 0L);
				if (more > 0 && !DECISIONS.contains(reason)) {
					lost.put(reason, more);
				}
			});
			this.losses.put(name, balance.dropped());
			if (!lost.isEmpty()) {
				alerts.add(alert(name, lost));
			}
		});
		return alerts;
	}

	private static Alert alert(String name, Map<DropReason, Long> lost) {
		long total = lost.values().stream().mapToLong(Long::longValue).sum();
		String reasons = lost.entrySet()
			.stream()
			.map((entry) -> entry.getKey().wireName() + ": " + entry.getValue())
			.collect(Collectors.joining("\n"));
		return Alert.of(name, Kind.LOSS, "Channel " + name + " has lost messages", reasons, total);
	}

}
