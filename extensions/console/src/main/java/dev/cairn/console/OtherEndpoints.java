package dev.cairn.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.actuate.endpoint.web.WebOperation;

/**
 * The endpoints that are exposed beside the console, with their addresses relative to
 * that of the page. The page reads them itself, so that their own rules of access apply.
 */
final class OtherEndpoints {

	static final EndpointId CONSOLE = EndpointId.of(ConsoleEndpoint.ID);

	private static final List<String> NAMES = List.of("cairn", "cairnmetrics", "cairnevents", "cairnswitches",
			"cairnconfig", "cairndoctor", "health");

	private final Supplier<WebEndpointsSupplier> endpoints;

	OtherEndpoints(Supplier<WebEndpointsSupplier> endpoints) {
		this.endpoints = endpoints;
	}

	/**
	 * Returns the path of an endpoint below that of the actuator. Peers are instances of
	 * the same service, so their paths are the same.
	 */
	String path(String id) {
		ExposableWebEndpoint endpoint = find(id);
		return (endpoint != null) ? endpoint.getRootPath() : id;
	}

	private @Nullable ExposableWebEndpoint find(String id) {
		for (ExposableWebEndpoint endpoint : this.endpoints.get().getEndpoints()) {
			if (endpoint.getEndpointId().toLowerCaseString().equals(id)) {
				return endpoint;
			}
		}
		return null;
	}

	/**
	 * Reads an endpoint with the operation that a request would reach.
	 * @param id the id of the endpoint
	 * @param item the item below the endpoint, or {@code null} for the whole
	 * @param parameters the parameters
	 * @return the description, or {@code null} if the endpoint is not exposed or does not
	 * have the item
	 * @throws IllegalArgumentException if the endpoint refuses a parameter
	 */
	@Nullable Object read(String id, @Nullable String item, Map<String, List<String>> parameters) {
		ExposableWebEndpoint endpoint = find(id);
		if (endpoint == null) {
			return null;
		}
		for (WebOperation operation : endpoint.getOperations()) {
			String path = operation.getRequestPredicate().getPath();
			int variable = path.indexOf('{');
			if (operation.getType() != OperationType.READ || (variable >= 0) != (item != null)) {
				continue;
			}
			Map<String, Object> arguments = new LinkedHashMap<>();
			parameters.forEach((name, values) -> arguments.put(name, (values.size() == 1) ? values.get(0) : values));
			if (item != null) {
				arguments.put(path.substring(variable + 1, path.indexOf('}')), item);
			}
			return value(operation.invoke(new InvocationContext(SecurityContext.NONE, arguments)));
		}
		return null;
	}

	private static @Nullable Object value(@Nullable Object result) {
		if (!(result instanceof WebEndpointResponse<?> response)) {
			return result;
		}
		Object body = response.getBody();
		if (response.getStatus() != WebEndpointResponse.STATUS_OK) {
			throw new IllegalArgumentException(
					(body instanceof Map<?, ?> map) ? String.valueOf(map.get("error")) : "it is refused");
		}
		return body;
	}

	Map<String, Object> describe() {
		Map<String, String> paths = new LinkedHashMap<>();
		Map<String, List<String>> methods = new LinkedHashMap<>();
		String own = ConsoleEndpoint.ID;
		for (ExposableWebEndpoint endpoint : this.endpoints.get().getEndpoints()) {
			if (endpoint.getEndpointId().equals(CONSOLE)) {
				own = endpoint.getRootPath();
			}
			String name = endpoint.getEndpointId().toLowerCaseString();
			paths.put(name, endpoint.getRootPath());
			TreeSet<String> allowed = new TreeSet<>();
			endpoint.getOperations()
				.forEach((operation) -> allowed.add(operation.getRequestPredicate().getHttpMethod().name()));
			methods.put(name, List.copyOf(allowed));
		}
		String up = "../".repeat(own.split("/").length);
		Map<String, Object> described = new LinkedHashMap<>();
		for (String name : NAMES) {
			String path = paths.get(name);
			if (path != null) {
				described.put(name, Map.of("href", up + path, "methods", methods.getOrDefault(name, List.of())));
			}
		}
		return described;
	}

}
