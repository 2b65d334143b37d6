package dev.cairn.spring.core;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.cairn.Ledger;
import dev.cairn.Ledger.State;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health indicator for the state of all channels. A service keeps working without its
 * telemetry, so the status stays {@code UP} by default.
 */
final class CairnHealthIndicator extends AbstractHealthIndicator {

	private final Ledger ledger;

	private final boolean downWhenChannelDown;

	CairnHealthIndicator(Ledger ledger, boolean downWhenChannelDown) {
		super("Cairn's channels could not be read");
		this.ledger = ledger;
		this.downWhenChannelDown = downWhenChannelDown;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Map<String, String> channels = new LinkedHashMap<>();
		boolean anyDown = false;
		for (Map.Entry<String, Ledger.Balance> entry : this.ledger.balances().entrySet()) {
			State state = entry.getValue().state();
			channels.put(entry.getKey(), state.name().toLowerCase(Locale.ROOT));
			anyDown |= state == State.DOWN;
		}
		Health.Builder status = (anyDown && this.downWhenChannelDown) ? builder.down() : builder.up();
		status.withDetail("channels", channels);
	}

}
