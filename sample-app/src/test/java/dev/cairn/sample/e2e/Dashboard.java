package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import tools.jackson.databind.JsonNode;

/**
 * A dashboard of {@code src/ops/grafana}.
 *
 * @param json the content of the file
 */
record Dashboard(JsonNode json) {

	/**
	 * Read a dashboard.
	 * @param name the name of the file without its extension
	 * @return the dashboard
	 */
	static Dashboard read(String name) throws IOException {
		Path file = Path.of(System.getProperty("cairn.e2e.repository"), "src/ops/grafana", name + ".json");
		return new Dashboard(Json.tree(Files.readString(file)));
	}

	/**
	 * Return the queries of all panels.
	 * @param property the property of a target that has its query
	 * @return the queries in the order of the panels
	 */
	List<Query> queries(String property) {
		return this.json.path("panels")
			.valueStream()
			.flatMap((panel) -> panel.path("targets")
				.valueStream()
				.map((target) -> new Query(panel.path("title").asString(), target.path(property).asString())))
			.toList();
	}

	/**
	 * A query of a panel.
	 *
	 * @param panel the title of the panel
	 * @param text the query, with variables
	 */
	record Query(String panel, String text) {

		Query with(String variable, String value) {
			return new Query(this.panel, this.text.replace(variable, value));
		}

	}

}
