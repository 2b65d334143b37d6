package dev.cairn.console;

import java.util.function.Function;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.observation.transport.ReceiverContext;
import org.jspecify.annotations.Nullable;

/**
 * Leaves the streams out of the meters of requests: a stream takes as long as its view is
 * open.
 */
final class StreamObservations implements ObservationPredicate {

	private final Supplier<String> path;

	private final Function<@Nullable Object, @Nullable String> uri;

	/**
	 * Creates a predicate.
	 * @param path returns the path of the endpoint within the application
	 * @param uri returns the path of a request of the web stack, {@code null} for other
	 * objects
	 */
	StreamObservations(Supplier<String> path, Function<@Nullable Object, @Nullable String> uri) {
		this.path = path;
		this.uri = uri;
	}

	@Override
	public boolean test(String name, Observation.Context context) {
		String requested = (context instanceof ReceiverContext<?> received) ? this.uri.apply(received.getCarrier())
				: null;
		return requested == null || !requested.endsWith(ConsoleRequest.STREAM)
				|| !requested.endsWith(this.path.get() + ConsoleRequest.STREAM);
	}

}
