package dev.cairn.spring.tracing;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.cairn.MessageFields;
import dev.cairn.Trace;
import dev.cairn.context.BoundContext;
import dev.cairn.spring.core.GuardedObservation;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.Propagator.Setter;
import io.micrometer.observation.transport.RequestReplySenderContext;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/**
 * A request of an HTTP client that is observed by the name and with the keys of Spring's
 * own clients, so that they have the same meters.
 *
 * @param <C> the type of the request
 */
final class ClientRequest<C> {

	private static final String OBSERVATION = "http.client.requests";

	private static final String URL = "http.url";

	private static final Set<String> TRACES = Set.of(Trace.TRACEPARENT, "b3", "X-B3-TraceId");

	private final RequestReplySenderContext<C, Object> context;

	private final GuardedObservation observation;

	private ClientRequest(RequestReplySenderContext<C, Object> context, GuardedObservation observation) {
		this.context = context;
		this.observation = observation;
	}

	/** Before the response is there, the values are those of Spring, too. */
	private static <C> RequestReplySenderContext<C, Object> context(Setter<C> setter, String method, URI uri) {
		RequestReplySenderContext<C, Object> context = new RequestReplySenderContext<>(setter);
		context.setContextualName("http " + method.toLowerCase(Locale.ROOT));
		String host = (uri.getHost() != null) ? uri.getHost() : "none";
		context
			.setRemoteServiceAddress(uri.getScheme() + "://" + host + ((uri.getPort() < 0) ? "" : ":" + uri.getPort()));
		context.addLowCardinalityKeyValue(KeyValue.of("client.name", host));
		context.addLowCardinalityKeyValue(KeyValue.of("exception", "none"));
		context.addLowCardinalityKeyValue(KeyValue.of("method", method));
		context.addLowCardinalityKeyValue(KeyValue.of("outcome", "UNKNOWN"));
		context.addLowCardinalityKeyValue(KeyValue.of("status", "CLIENT_ERROR"));
		context.addLowCardinalityKeyValue(KeyValue.of("uri", "none"));
		// The query may contain secrets
		context.addHighCardinalityKeyValue(
				KeyValue.of(URL, context.getRemoteServiceAddress() + ((uri.getPath() != null) ? uri.getPath() : "")));
		return context;
	}

	C carrier() {
		return Objects.requireNonNull(this.context.getCarrier());
	}

	/** Executes the request. The observation is stopped only if that fails. */
	@Nullable Object proceed(MethodInvocation invocation) throws Throwable {
		return this.observation.within(invocation::proceed, this::stop);
	}

	void received(Object response, int status) {
		this.context.setResponse(response);
		this.context.addLowCardinalityKeyValue(KeyValue.of("status", Integer.toString(status)));
		this.context.addLowCardinalityKeyValue(KeyValue.of("outcome", MessageFields.outcome(status)));
	}

	void stop(@Nullable Throwable failure) {
		if (failure != null) {
			this.context.addLowCardinalityKeyValue(KeyValue.of("exception", failure.getClass().getSimpleName()));
		}
		this.observation.stop(failure);
	}

	/**
	 * Starts the observation of a request, unless a client above it has done so.
	 * @param <C> the type of the request
	 * @param observations starts the observation
	 * @param carrier returns the request
	 * @param setter sets a header of it
	 * @param header returns a header that the application has set, or {@code null}
	 * @param method its method
	 * @param uri returns its address
	 * @return the observation that was started, or {@code null}
	 */
	static <C> @Nullable ClientRequest<C> start(ClientObservations observations, Supplier<C> carrier, Setter<C> setter,
			Function<String, @Nullable String> header, String method, Supplier<URI> uri) {
		return observations.guarded((guard) -> guard.get("observation " + OBSERVATION, () -> {
			URI address = uri.get();
			if (isObserved(observations.registry().getCurrentObservation(), header, method, address)) {
				return null;
			}
			String own = header.apply(BoundContext.BAGGAGE);
			RequestReplySenderContext<C, Object> context = context(
					(request, name, value) -> setter.set(request, name,
							(own != null && name.equals(BoundContext.BAGGAGE)) ? own + "," + value : value),
					method, address);
			context.setCarrier(carrier.get());
			GuardedObservation observation = observations.start(OBSERVATION, () -> context);
			return observation.isNone() ? null : new ClientRequest<>(context, observation);
		}));
	}

	/** Reactive clients have no current observation, but a header. */
	private static boolean isObserved(@Nullable Observation current, Function<String, @Nullable String> header,
			String method, URI uri) {
		return (current != null && isSame(current.getContextView(), method, uri))
				|| TRACES.stream().anyMatch((name) -> header.apply(name) != null);
	}

	/** Clients send other requests, too, such as for a token. */
	private static boolean isSame(Observation.ContextView context, String method, URI uri) {
		KeyValue observed = context.getLowCardinalityKeyValue("method");
		KeyValue url = context.getHighCardinalityKeyValue(URL);
		return context instanceof RequestReplySenderContext<?, ?> && observed != null && url != null
				&& observed.getValue().equals(method)
				&& address(url.getValue()).equalsIgnoreCase(address(uri.toASCIIString()));
	}

	/** Without the query and the last slash, which clients add. */
	private static String address(String url) {
		return url.replaceFirst("/?([?#].*)?$", "");
	}

}
