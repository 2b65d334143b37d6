package dev.cairn;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A rule that sends messages to sinks. The first route that matches a message determines
 * its sinks.
 *
 * @param type the types that it matches
 * @param logger the loggers that it matches
 * @param severity the minimum severity that it matches, or {@code null} for all
 * @param sinks the names of the sinks; none to drop the messages
 */
public record Route(NamePattern type, NamePattern logger, @Nullable Severity severity, List<String> sinks) {

	public Route {
		sinks = List.copyOf(sinks);
	}

	/**
	 * Returns a route for types.
	 * @param type a type, in which {@code *} stands for any run of characters
	 * @param sinks the names of the sinks
	 * @return the route
	 */
	public static Route of(String type, String... sinks) {
		return new Route(NamePattern.of(type), NamePattern.ANY, null, List.of(sinks));
	}

	public boolean matches(String type, String logger, Severity severity) {
		return this.type.matches(type) && this.logger.matches(logger)
				&& (this.severity == null || severity.isAtLeast(this.severity));
	}

}
