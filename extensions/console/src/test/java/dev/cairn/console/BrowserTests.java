package dev.cairn.console;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;
import org.springframework.web.util.UriUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page in Chromium: whatever users send is nothing but text, and what is not
 * permitted is not offered. The tests of the sample application open each view.
 */
class BrowserTests {

	/**
	 * A script, markup with a handler, text that is turned, and 100 KB without a space.
	 */
	private static final String HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
			+ "\u202edlrow\u2066" + "x".repeat(100_000);

	private static final String READY = "document.querySelector('.connection.good') && document.querySelector('h1')"
			+ " && !document.querySelector('main p.state[role=status]')";

	private static Browser browser;

	@BeforeAll
	static void open() {
		assumeTrue(Prerequisites.metFor("the tests of the console's page", "chromium"));
		browser = Browser.start();
	}

	@AfterAll
	static void close() {
		if (browser != null) {
			browser.close();
		}
	}

	@BeforeEach
	void forget() {
		browser.headers(Map.of());
		browser.open("about:blank");
		browser.problems().clear();
	}

	/** Leaves the page before the application ends. */
	private static void leave() {
		browser.open("about:blank");
		assertThat(browser.problems()).isEmpty();
	}

	@Test
	void whatUsersSendIsShownAsText() {
		try (Running application = Running.start(Hostile.class, WebApplicationType.SERVLET,
				"server.max-http-request-header-size=512KB",
				"management.endpoints.web.exposure.include=cairn,cairnconsole,cairnmetrics,cairnevents")) {
			HttpResponse<String> echoed = application.send(application.request("/echo")
				.header("Content-Type", "text/plain;charset=UTF-8")
				.header("User-Agent", HOSTILE.substring(0, HOSTILE.indexOf('\u202e')))
				.POST(HttpRequest.BodyPublishers.ofString(HOSTILE)));
			String errorId = echoed.headers().firstValue("X-Error-Id").orElseThrow();
			String echo = application.awaitRequest("where=error_id=" + errorId, (each) -> true).path("id").asString();
			assertThat(application.send(application.request(Hostile.path())).statusCode()).isEqualTo(200);
			String routed = application
				.awaitRequest("status=200", (each) -> each.path("route").asString("").startsWith("/hostile"))
				.path("id")
				.asString();
			String group = application.json("find?id=" + errorId).at("/incidents/0/group").asString();
			for (String view : List.of("live", "requests", "requests/" + routed, "requests/" + echo, "find/" + errorId,
					"incidents", "incidents/" + group, "events", "events/text.received", "events?where=text=*script*",
					"meters", "meters/http.server.requests",
					"find/" + UriUtils.encode(HOSTILE.substring(0, 150), StandardCharsets.UTF_8))) {
				show(application, view);
				browser.evaluate("document.querySelectorAll('.bar-row, .message').forEach((row) => row.click());"
						+ " document.querySelectorAll('details').forEach((each) => each.open = true)");
				assertHarmless(view);
				browser.phone();
				assertHarmless(view + " on a phone");
				browser.wide();
			}
			show(application, "requests/" + echo);
			assertThat(browser.texts("main").get(0)).contains("<script>window.hacked=1</script>",
					"‹U+202E›dlrow‹U+2066›");
			browser.click(".views a[href='#/live']");
			browser.await("document.querySelector('h1').textContent == 'Live'");
			leave();
		}
	}

	private static void show(Running application, String view) {
		browser.open("http://127.0.0.1:" + application.port("server") + Running.CONSOLE + "/#/" + view);
		browser.await(READY);
		assertThat(browser.texts(".state.bad")).isEmpty();
	}

	private static void assertHarmless(String view) {
		assertThat(browser.evaluate("'hacked' in window").asBoolean()).as(view).isFalse();
		assertThat(browser.evaluate("document.querySelectorAll('main script, main img').length").asInt()).as(view)
			.isZero();
		// Charts adapt their width
		browser.await("document.documentElement.scrollWidth <= document.documentElement.clientWidth");
		assertThat(browser.evaluate("document.body.textContent").asString()).as(view)
			.doesNotContain("\u202e", "\u2066");
	}

	@Test
	void switchesAreReadOnlyByDefault() {
		try (Running application = Running.start()) {
			show(application, "switches");
			assertThat(browser.texts("section[aria-labelledby=set] .state")).singleElement()
				.asString()
				.contains("Switches are read-only", "management.endpoint.cairnswitches.access=unrestricted");
			assertThat(browser.texts("main form, main button")).isEmpty();
			leave();
		}
	}

	@Test
	void anOperatorTurnsSwitchesAndAReaderSeesNothing() {
		try (Running application = Running.start(SecuredConsoleTests.Secured.class, WebApplicationType.SERVLET,
				"spring.autoconfigure.exclude=", "management.endpoint.cairnswitches.access=unrestricted")) {
			as("operator");
			show(application, "switches");
			assertThat(browser.texts("footer")).singleElement().asString().endsWith("signed in as operator");
			browser.fill("input[list=targets]", "order.viewed");
			browser.click("button.primary");
			browser.await("document.querySelector('#outcome.good')?.textContent.includes('order.viewed is off')");
			browser.click("section[aria-labelledby=active] td button");
			browser.await("document.querySelector('#outcome.good')?.textContent.includes('is as before')");
			leave();
			as("reader");
			browser.open("http://127.0.0.1:" + application.port("server") + Running.CONSOLE + "/");
			browser.await("document.readyState == 'complete'");
			assertThat(browser.evaluate("document.querySelector('#app') == null && document.scripts.length == 0")
				.asBoolean()).isTrue();
			// The browser reports the status 403
			assertThat(browser.problems()).isNotEmpty().allMatch((problem) -> problem.contains("403"));
		}
	}

	private static void as(String user) {
		browser.headers(Map.of("Authorization",
				"Basic " + Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8))));
	}

	/**
	 * An application with a hostile route.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Shop.class)
	static class Hostile {

		private static final String ROUTE = "/hostile/" + HOSTILE;

		static String path() {
			return URI.create(UriUtils.encodePath(ROUTE, StandardCharsets.UTF_8)).toString();
		}

		@Bean
		RouterFunction<ServerResponse> hostileRoute() {
			return RouterFunctions.route().GET(ROUTE, (request) -> ServerResponse.ok().build()).build();
		}

	}

}
