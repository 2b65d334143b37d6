package dev.cairn.console;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;

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
