package dev.cairn.spring.core;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.Route;
import dev.cairn.delivery.Sink;
import dev.cairn.spring.core.CairnProperties.RouteProperties;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * The routes of the properties, followed by the default routes: exceptions go to all
 * sinks, all other messages to all sinks but Sentry.
 */
class RoutePlan {

	private static final String SENTRY = "sentry";

	private final List<RouteProperties> configured;

	private final List<String> sinks;

	RoutePlan(List<RouteProperties> configured, List<Sink> sinks) {
		this.configured = configured;
		this.sinks = sinks.stream().map((sink) -> sink.channel().name()).toList();
	}

	/**
	 * Returns the routes of the properties.
	 */
	List<Route> configured() {
		List<Route> routes = new ArrayList<>();
		for (int i = 0; i < this.configured.size(); i++) {
			String property = "cairn.routes[" + i + "]";
			RouteProperties route = this.configured.get(i);
			for (int j = 0; j < route.to().size(); j++) {
				requireSink(property + ".to[" + j + "]", route.to().get(j));
			}
			routes.add(route.toRoute(property));
		}
		return routes;
	}

	/**
	 * Returns the default routes, which match all messages.
	 */
	List<Route> byDefault() {
		String[] others = this.sinks.stream().filter((name) -> !name.equals(SENTRY)).toArray(String[]::new);
		return List.of(Route.of(Message.TYPE_EXCEPTION, this.sinks.toArray(String[]::new)), Route.of("*", others));
	}

	private void requireSink(String property, String name) {
		if (!this.sinks.contains(name)) {
			throw new InvalidConfigurationPropertyValueException(property, name,
					"There is no sink with this name, only " + this.sinks + ". " + remedy(name));
		}
	}

	private static String remedy(String name) {
		return switch (name) {
			case "kafka" -> "Set spring.kafka.bootstrap-servers to enable it.";
			case "sentry" -> "Set sentry.dsn to enable it.";
			case "file" -> "Set cairn.file.enabled=true to enable it.";
			case "stdout" -> "Set cairn.stdout.enabled=true to enable it.";
			case "udp" -> "Set cairn.udp.host and cairn.udp.port to enable it.";
			default -> "Use one of these names, or define a Sink bean whose channel has this name.";
		};
	}

}
