package dev.cairn.sample.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import dev.cairn.testing.Browser;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The console of a shop in the browser, and what its endpoints answer.
 */
final class ConsolePage implements AutoCloseable {

	private final HttpClient http = HttpClient.newHttpClient();

	private final Browser browser = Browser.start();

	private final String actuator;

	ConsolePage(int port) {
		this.actuator = "http://127.0.0.1:" + port + "/actuator/";
	}

	Browser browser() {
		return this.browser;
	}

	/**
	 * Load the page, and wait until a view has what it shows.
	 * @param view the fragment of its address, such as {@code requests?status=5xx}
	 */
	void open(String view) {
		this.browser.open(this.actuator + "cairnconsole/#/" + view);
		this.browser.await("document.querySelector('.connection.good') && document.querySelector('h1')"
				+ " && !document.querySelector('main p.state[role=status]')");
		assertThat(this.browser.texts(".state.bad")).isEmpty();
	}

	/**
	 * Return what an endpoint answers.
	 * @param path its path below that of the actuator
	 * @return the answer
	 */
	JsonNode json(String path) {
		try {
			HttpResponse<String> answer = this.http.send(HttpRequest.newBuilder(URI.create(this.actuator + path))
				.header("Accept", "application/json")
				.timeout(Duration.ofMinutes(2))
				.build(), BodyHandlers.ofString());
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			return Json.tree(answer.body());
		}
		catch (IOException ex) {
			throw new AssertionError(path, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Return the texts of a table or list.
	 * @param row the selector of a row
	 * @param cells selectors of cells within a row, as in {@link Table}
	 * @return the cells of each row, empty where there is none
	 */
	List<List<String>> rows(String row, String... cells) {
		return texts(this.browser.evaluate(new Table(row, cells).script()));
	}

	private static List<List<String>> texts(JsonNode table) {
		return table.valueStream().map((row) -> row.valueStream().map(JsonNode::asString).toList()).toList();
	}

	/**
	 * Look at tables as soon as the browser has the answer of an endpoint, since both
	 * change each second.
	 * @param path the path of the endpoint below that of the actuator
	 * @param tables the tables
	 * @return the answer and the rows of each table
	 */
	Look look(String path, Table... tables) {
		String scripts = Arrays.stream(tables).map(Table::script).collect(Collectors.joining(","));
		JsonNode seen = this.browser.evaluate("fetch(" + Browser.quoted("../" + path)
				+ ").then((response) => response.text()).then((answer) => ({ answer, tables: [" + scripts + "] }))");
		return new Look(Json.tree(seen.path("answer").asString()),
				seen.path("tables").valueStream().map(ConsolePage::texts).toList());
	}

	/**
	 * Let axe-core look at the page.
	 * @param options those of {@code axe.run}
	 * @return a line for each rule that is violated
	 */
	List<String> violations(String options) {
		this.browser.evaluate("window.axe ? 0 : (() => { " + axe() + " })()");
		return this.browser
			.evaluate("axe.run(document, " + options + ").then(({ violations }) =>"
					+ " violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html + ' '"
					+ " + node.failureSummary).join('; ')))")
			.valueStream()
			.map(JsonNode::asString)
			.toList();
	}

	private static String axe() {
		try (InputStream script = ConsolePage.class.getResourceAsStream("/axe.min.js")) {
			return new String(script.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Wait until the document fits into the window, to which charts adapt. */
	void fits() {
		this.browser.await("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
	}

	@Override
	public void close() {
		this.browser.close();
	}

	/**
	 * A table or list of the page.
	 *
	 * @param row the selector of a row
	 * @param cells selectors of cells within a row, each with {@code @name} for the value
	 * of an attribute
	 */
	record Table(String row, String... cells) {

		private String script() {
			return """
					Array.from(document.querySelectorAll(%s), (row) => [%s].map((cell) => {
						const [selector, attribute] = cell.split('@');
						const element = selector ? row.querySelector(selector) : row;
						const text = attribute ? element?.getAttribute(attribute) : element?.textContent;
						return (text ?? '').replace(/\\s+/g, ' ').trim();
					}))""".formatted(Browser.quoted(this.row),
					Arrays.stream(this.cells).map(Browser::quoted).collect(Collectors.joining(",")));
		}

	}

	/**
	 * An answer and the page at one time.
	 *
	 * @param answer the answer of an endpoint
	 * @param tables the rows of each table
	 */
	record Look(JsonNode answer, List<List<List<String>>> tables) {
	}

}
