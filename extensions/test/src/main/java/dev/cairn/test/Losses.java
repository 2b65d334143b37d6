package dev.cairn.test;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The losses that a Ledger has counted.
 */
final class Losses {

	private Losses() {
	}

	/** Returns the number of losses so far, by channel and reason. */
	static Map<String, Long> of(@Nullable Ledger ledger) {
		Map<String, Long> losses = new LinkedHashMap<>();
		if (ledger != null) {
			ledger.balances().forEach((channel, balance) -> balance.dropped().forEach((reason, count) -> {
				if (!isIntended(reason)) {
					losses.put(channel + " " + reason.wireName(), count);
				}
			}));
		}
		return losses;
	}

	/** Events of a transaction that is rolled back are not meant to be sent. */
	static boolean isIntended(DropReason reason) {
		return reason == DropReason.ROLLED_BACK;
	}

}
