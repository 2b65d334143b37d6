package dev.cairn.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.delivery.Sink;

/**
 * Finds the sinks of a message: those of the first route that matches.
 */
final class Router {

	private final List<Leg> legs;

	Router(List<Route> routes, Map<String, Sink> sinks) {
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
			throw new IllegalArgumentException("the route for '" + route.type() + "' leads to a sink named '" + name
					+ "', but there are only " + sinks.keySet());
		}
		return sink;
	}

	List<Sink> route(String type, String logger, Severity severity) {
		for (Leg leg : this.legs) {
			if (leg.route().matches(type, logger, severity)) {
				return leg.sinks();
			}
		}
		return List.of();
	}

	private record Leg(Route route, List<Sink> sinks) {
	}

}
