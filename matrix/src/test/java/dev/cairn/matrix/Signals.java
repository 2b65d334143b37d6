package dev.cairn.matrix;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;

/**
 * The signals that an application has sent.
 *
 * @param messages the messages in Kafka
 * @param incidents the events at Sentry
 * @param meters the lines at StatsD
 * @param lines the structured lines of the log
 * @param responses the answers to an order, and to one that fails; empty without a web
 */
record Signals(List<JsonNode> messages, List<JsonNode> incidents, List<String> meters, List<JsonNode> lines,
		List<HttpResponse<String>> responses) {

	private static final List<String> FAILING = List.of("-1");

	private static final List<String> ORDERS = List.of("7", "-1");

	boolean hasRequests() {
		List<String> requests = ofType("http.request")
			.map((message) -> message.at("/fields/route").asString() + " " + message.at("/fields/status").asInt())
			.toList();
		return requests.equals(List.of("/orders/{number} 200", "/orders/{number} 500"));
	}

	/** Without that of a chunk that was rolled back. */
	boolean hasEvents(boolean transactional) {
		return values(ofType("order.placed"), "/fields/order_id").equals(transactional ? ORDERS.subList(0, 1) : ORDERS);
	}

	boolean hasOneIncident() {
		return this.incidents.size() == 1 && ofType("exception").count() == 1
				&& this.incidents.get(0).toString().contains("There is no order -1");
	}

	boolean hasTimer() {
		return this.meters.stream().filter((line) -> line.matches("orders\\.placed.*\\|ms.*")).count() == 2;
	}

	boolean hasBindings() {
		return values(lines("Placing an order"), "/order").equals(ORDERS)
				&& values(ofType("order.placed"), "/fields/context/order")
					.equals(values(ofType("order.placed"), "/fields/order_id"))
				&& values(ofType("exception"), "/fields/context/order").equals(FAILING)
				&& values(this.incidents.stream(), "/tags/order").equals(FAILING);
	}

	private static List<String> values(Stream<JsonNode> documents, String path) {
		return documents.map((document) -> document.at(path).asString("")).toList();
	}

	/** The failure has the same trace everywhere, and the incident its id. */
	boolean hasSameIds() {
		if (!hasOneIncident()) {
			return false;
		}
		JsonNode incident = ofType("exception").findFirst().orElseThrow();
		Set<String> traces = Stream
			.of(ofType("order.placed").skip(1).map((message) -> message.path("trace_id").asString("")),
					ofType("http.request").skip(1).map((message) -> message.path("trace_id").asString("")),
					lines("Placing an order").skip(1).map((line) -> line.path("traceId").asString("")),
					this.incidents.stream().map((event) -> event.at("/contexts/trace/trace_id").asString("")),
					this.responses.stream().skip(1).map((response) -> header(response, "X-Trace-Id")))
			.flatMap((ids) -> ids)
			.collect(Collectors.toSet());
		Set<String> incidents = Stream
			.of(this.incidents.stream().map((event) -> event.path("event_id").asString("")),
					ofType("http.request").skip(1).map((message) -> message.at("/fields/error_id").asString("")),
					this.responses.stream().skip(1).map((response) -> header(response, "X-Error-Id")))
			.flatMap((ids) -> ids)
			.collect(Collectors.toSet());
		return traces.equals(Set.of(incident.path("trace_id").asString("missing")))
				&& incidents.equals(Set.of(incident.at("/fields/error_id").asString("missing")));
	}

	private static String header(HttpResponse<String> response, String name) {
		return response.headers().firstValue(name).orElse("");
	}

	private Stream<JsonNode> ofType(String type) {
		return this.messages.stream().filter((message) -> message.path("type").asString("").equals(type));
	}

	private Stream<JsonNode> lines(String text) {
		return this.lines.stream().filter((line) -> line.path("message").asString("").equals(text));
	}

}
