package dev.cairn.console;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the files of the page: all that one refers to is served, and nothing is
 * inline.
 */
class PageTests {

	private static final Pattern REFERENCE = Pattern
		.compile("(?:<(?:script|link|img)[^>]*?(?:src|href)=\"|\\b(?:from|import) ?['\"])([^'\"$]+)['\"]");

	private static Running application;

	private static Map<String, HttpResponse<String>> files;

	@BeforeAll
	static void start() {
		application = Running.start();
		files = crawl();
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void allThatAFileRefersToIsServed() {
		assertThat(files).allSatisfy((path, file) -> assertThat(file.statusCode()).isEqualTo(200));
		assertThat(files.keySet()).contains("theme.js", "icon.svg", "css/tokens.css", "css/console.css", "js/app.js",
				"js/views/live.js", "js/views/requests.js", "js/views/doctor.js", "lib/lit-html/lit-html.js",
				"lib/lit-html/directive-helpers.js", "lib/uplot/dist/uPlot.iife.min.js",
				"lib/uplot/dist/uPlot.min.css");
	}

	@Test
	void nothingIsInlineOrFromElsewhere() {
		String page = files.get("").body();
		assertThat(page).doesNotContain("style=", "javascript:", "http:", "https:", "<style")
			.doesNotContainPattern(" on\\w+=");
		assertThat(Pattern.compile("<script[^>]*>([^<]*)</script>").matcher(page).results())
			.allSatisfy((script) -> assertThat(script.group(1)).isEmpty());
	}

	/** The library writes its constant templates only; all else is text. */
	@Test
	void theModulesWriteTextOnly() {
		assertThat(files).allSatisfy((path, file) -> {
			if (path.startsWith("js/")) {
				assertThat(file.body()).as(path)
					.doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
							"Function(", "unsafe-html", "unsafeHTML", " style=\"");
			}
		});
	}

	/** Returns the files that are reached from the page, by their path. */
	private static Map<String, HttpResponse<String>> crawl() {
		Map<String, HttpResponse<String>> found = new LinkedHashMap<>();
		Deque<String> next = new ArrayDeque<>();
		next.add("");
		while (!next.isEmpty()) {
			String path = next.remove();
			if (!found.containsKey(path)) {
				HttpResponse<String> file = application.get(Running.CONSOLE + "/" + path);
				found.put(path, file);
				Matcher reference = REFERENCE.matcher(path.endsWith(".css") ? "" : file.body());
				while (reference.find()) {
					// A module refers to others by relative paths, and to images as the
					// page does
					String base = reference.group(1).startsWith(".") ? path : "";
					next.add(URI.create("/" + base).resolve(reference.group(1)).getPath().substring(1));
				}
			}
		}
		return found;
	}

}
