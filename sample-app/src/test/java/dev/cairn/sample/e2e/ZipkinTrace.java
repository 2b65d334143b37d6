package dev.cairn.sample.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;

/**
 * A trace, as Zipkin returns it.
 *
 * @param spans the spans of all services
 */
record ZipkinTrace(List<Span> spans) {

	/** Zipkin, as it is configured, does not support the upgrade to HTTP/2. */
	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	/**
	 * Ask Zipkin for a trace.
	 * @param port the port of Zipkin
	 * @param id the id of the trace
	 * @return the trace, empty if Zipkin does not have it
	 */
	static ZipkinTrace read(int port, String id) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v2/trace/" + id))
			.build();
		HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
		return new ZipkinTrace((response.statusCode() == 200)
				? Json.tree(response.body()).valueStream().map(Span::of).toList() : List.of());
	}

	/**
	 * Return the spans of some names with their parents of these names.
	 * @param which selects names
	 * @return the path of each span from the root, sorted
	 */
	List<String> paths(Predicate<String> which) {
		Map<String, Span> byId = new HashMap<>();
		this.spans.forEach((span) -> byId.put(span.id(), span));
		return this.spans.stream()
			.filter((span) -> which.test(span.name()))
			.map((span) -> Stream.iterate(span, (child) -> child != null, (child) -> byId.get(child.parentId()))
				.filter((each) -> which.test(each.name()))
				.map(Span::toString)
				.reduce((child, parent) -> parent + " > " + child)
				.orElseThrow())
			.sorted(Comparator.naturalOrder())
			.toList();
	}

	/**
	 * Return the parent of a span, its parent, and so on.
	 * @param span the span
	 * @return the ancestors, the nearest first
	 */
	List<Span> ancestors(Span span) {
		Map<String, Span> byId = this.spans.stream()
			.collect(Collectors.toMap(Span::id, (each) -> each, (one, other) -> one));
		return Stream
			.iterate(byId.get(span.parentId()), (parent) -> parent != null, (parent) -> byId.get(parent.parentId()))
			.toList();
	}

	/**
	 * Return the spans that have an annotation.
	 * @param annotation the annotation
	 * @return the names of the spans with their services
	 */
	List<String> annotated(String annotation) {
		return this.spans.stream()
			.filter((span) -> span.annotations().contains(annotation))
			.map(Span::toString)
			.toList();
	}

	/**
	 * Return the spans whose parent is not part of the trace.
	 * @return the roots
	 */
	List<Span> roots() {
		Set<String> ids = this.spans.stream().map(Span::id).collect(Collectors.toSet());
		return this.spans.stream().filter((span) -> !ids.contains(span.parentId())).toList();
	}

	/**
	 * One span.
	 *
	 * @param id its id
	 * @param parentId the id of its parent, or an empty string
	 * @param service the service
	 * @param name its name
	 * @param tags its tags
	 * @param annotations the names of its annotations
	 */
	record Span(String id, String parentId, String service, String name, Map<String, String> tags,
			List<String> annotations) {

		private static Span of(JsonNode json) {
			Map<String, String> tags = new HashMap<>();
			json.path("tags").forEachEntry((name, value) -> tags.put(name, value.asString()));
			return new Span(json.path("id").asString(), json.path("parentId").asString(""),
					json.at("/localEndpoint/serviceName").asString(), json.path("name").asString(), tags,
					json.path("annotations")
						.valueStream()
						.map((annotation) -> eventName(annotation.path("value").asString()))
						.toList());
		}

		/** OpenTelemetry's exporter appends the attributes. */
		private static String eventName(String annotation) {
			return annotation.replaceFirst("^\"([^\"]*)\":.*", "$1");
		}

		@Override
		public String toString() {
			return this.service + ": " + this.name;
		}

	}

}
