package dev.cairn.sample.e2e;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.cairn.Ledger;
import dev.cairn.delivery.Accounts;
import dev.cairn.internal.Datagrams;
import dev.cairn.statsd.StatsdRegistry;
import dev.cairn.statsd.StatsdRegistry.Transport;
import io.micrometer.statsd.StatsdFlavor;

/**
 * A process that counts on its way to servers with names, until its input ends. Then it
 * prints its count and the outcome of the samples for each.
 */
public final class MovingNames {

	private static final Duration LOOK_UP_EVERY = Duration.ofSeconds(3);

	private MovingNames() {
	}

	/**
	 * Count.
	 * @param servers such as {@code udp:statsd.shop.test:8125}
	 * @throws Exception when it cannot
	 */
	public static void main(String... servers) throws Exception {
		Accounts ledger = new Accounts();
		Map<String, StatsdRegistry> registries = new LinkedHashMap<>();
		for (String server : servers) {
			registries.put(server, Meters.registry(StatsdFlavor.DATADOG, false, Duration.ofMillis(20),
					Duration.ofHours(1), ledger.channel(server), transport(server.split(":"))));
		}
		ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
		clock.scheduleAtFixedRate(
				() -> registries.values().forEach((registry) -> registry.counter("ticks").increment()), 0, 5,
				TimeUnit.MILLISECONDS);
		while (System.in.read() >= 0) {
			// Until the end
		}
		clock.shutdown();
		clock.awaitTermination(10, TimeUnit.SECONDS);
		registries.forEach((server, registry) -> {
			long counted = (long) registry.counter("ticks").count();
			registry.close();
			Ledger.Balance balance = ledger.channel(server).balance();
			System.out.printf("%d %d %d %d%n", counted, balance.offered(), balance.delivered(), balance.droppedTotal());
		});
	}

	private static Transport transport(String... server) {
		int port = Integer.parseInt(server[2]);
		if (server[0].equals("tcp")) {
			return Transport.tcp(server[1], port);
		}
		Datagrams datagrams = new Datagrams(server[1], port, LOOK_UP_EVERY);
		return datagrams::send;
	}

}
