package dev.cairn.spring.core;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.cairn.Ledger;

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
		super("Failed to read the channels of Cairn");
		this.ledger = ledger;
		this.downWhenChannelDown = downWhenChannelDown;
	}

	/** A failure of Cairn is no reason to take the service out of use. */
	@Override
	protected void doHealthCheck(Health.Builder builder) {
		try {
			describe(builder);
		}
		catch (RuntimeException ex) {
			builder.unknown().withException(ex);
		}
	}

	private void describe(Health.Builder builder) {
		Map<String, String> channels = new LinkedHashMap<>();
		this.ledger.balances()
			.forEach((name, balance) -> channels.put(name, balance.state().name().toLowerCase(Locale.ROOT)));
		boolean down = this.downWhenChannelDown && channels.containsValue("down");
		(down ? builder.down() : builder.up()).withDetail("channels", channels);
	}

}
