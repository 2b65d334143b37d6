package dev.cairn.spring.statsd;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

import dev.cairn.Ledger;
import dev.cairn.Ledger.State;
import dev.cairn.spring.doctor.DoctorCheck;
import io.micrometer.statsd.StatsdConfig;

/**
 * Finds a server of StatsD whose name does not resolve, or that has refused the latest
 * lines. Sends nothing itself: a line more would be a meter to some servers.
 */
record StatsdHostCheck(StatsdConfig config, Ledger ledger) implements DoctorCheck {

	@Override
	public String name() {
		return "statsd-host";
	}

	@Override
	public List<Finding> examine() {
		try {
			InetAddress.getByName(this.config.host());
		}
		catch (UnknownHostException ex) {
			return finding("The name of the StatsD host does not resolve", "host=<host>");
		}
		Ledger.Balance balance = this.ledger.balances().get(StatsdSinkAutoConfiguration.SINK_NAME);
		if (balance == null || (balance.state() != State.DEGRADED && balance.state() != State.DOWN)) {
			return List.of();
		}
		return finding("The StatsD server does not take the lines: " + balance.lastError(), "port=<port>");
	}

	private List<Finding> finding(String what, String remedy) {
		return List.of(new Finding(what, this.config.host() + ":" + this.config.port(),
				"Meters are lost after a minute", StatsdSinkAutoConfiguration.PREFIX + remedy));
	}

}
