package dev.cairn.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Sink;

/**
 * Finds the sinks of a message: those of the first route that matches, without those that
 * are switched off.
 */
final class Router {

	/** The channel of messages that no route takes. */
	private static final String UNROUTED = "unrouted";

	private final List<Leg> legs;

	private final Accounts accounts;

	private final Settings.Holder settings;

	Router(List<Route> routes, Map<String, Sink> sinks, Accounts accounts, Settings.Holder settings) {
		this.accounts = accounts;
		this.settings = settings;
		this.legs = new ArrayList<>(routes.size());
		for (Route route : routes) {
			this.legs.add(new Leg(route, route.sinks().stream().map((name) -> find(route, name, sinks)).toList()));
		}
		if (routes.isEmpty()) {
			this.legs.add(new Leg(Route.of("*"), List.copyOf(sinks.values())));
		}
	}

	private static Sink find(Route route, String name, Map<String, Sink> sinks) {
		Sink sink = sinks.get(name);
		if (sink == null) {
			throw new IllegalArgumentException("the route for '" + route.type() + "' refers to the sink '" + name
					+ "', which does not exist; available sinks are " + sinks.keySet());
		}
		return sink;
	}

	/** Returns the sinks; if no route leads to any, the message is counted as lost. */
	List<Sink> route(String type, String logger, Severity severity) {
		for (Leg leg : this.legs) {
			if (leg.route().matches(type, logger, severity)) {
				return leg.sinks().isEmpty() ? nowhere() : switchedOn(leg.sinks());
			}
		}
		return nowhere();
	}

	private List<Sink> nowhere() {
		Channel unrouted = this.accounts.channel(UNROUTED);
		unrouted.offered();
		unrouted.dropped(DropReason.NO_ROUTE);
		return List.of();
	}

	private List<Sink> switchedOn(List<Sink> sinks) {
		Set<String> off = this.settings.get().sinksOff();
		return off.isEmpty() ? sinks : sinks.stream().filter((sink) -> isOn(sink, off)).toList();
	}

	private static boolean isOn(Sink sink, Set<String> off) {
		if (!off.contains(sink.channel().name())) {
			return true;
		}
		sink.channel().offered();
		sink.channel().filtered();
		return false;
	}

	private record Leg(Route route, List<Sink> sinks) {
	}

}
