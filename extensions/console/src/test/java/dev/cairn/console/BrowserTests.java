package dev.cairn.console;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

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

	/** The page sends the token against CSRF, without which nothing is changed. */
	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void anOperatorTurnsSwitchesAndAReaderSeesNothing(WebApplicationType type) {
		try (Running application = SecuredConsoleTests.start(type)) {
			as("operator");
			show(application, "switches");
			assertThat(browser.texts("footer")).singleElement().asString().endsWith("signed in as operator");
			browser.fill("input[list=targets]", "order.viewed");
			browser.click("button.primary");
			browser.await("document.querySelector('#outcome.good')?.textContent.includes('order.viewed is off')");
			browser.click("section[aria-labelledby=active] td button");
			browser.await("document.querySelector('#outcome.good')?.textContent.includes('is as before')");
			assertThat(browser.problems()).isEmpty();
			assertThat(browser
				.evaluate("fetch('../cairnswitches', { method: 'POST', headers: { 'Content-Type':"
						+ " 'application/json' }, body: JSON.stringify({ kind: 'event', target: 'order.viewed',"
						+ " value: 'off' }) }).then((response) => response.status)")
				.asInt()).isEqualTo(403);
			assertThat(browser
				.evaluate("fetch('../cairnswitches').then((response) => response.json())"
						+ ".then(({ active }) => active.length)")
				.asInt()).isZero();
			assertRefused("403");
			leave();
			as("reader");
			browser.open("http://127.0.0.1:" + application.port("server") + Running.CONSOLE + "/");
			browser.await("document.readyState == 'complete'");
			assertThat(browser.evaluate("document.querySelector('#app') == null && document.scripts.length == 0")
				.asBoolean()).isTrue();
			assertRefused("403");
		}
	}

	/** The browser reports the status of each failed request. */
	private static void assertRefused(String status) {
		assertThat(browser.problems()).isNotEmpty().allMatch((problem) -> problem.contains(status));
		browser.problems().clear();
	}

	/**
	 * The answer that moves the rows is held back until the feed is paused, so it always
	 * comes too late.
	 */
	@Test
	void anAnswerThatIsOnItsWayDoesNotMoveRowsOfAPausedFeed() {
		try (Running application = Running.start()) {
			application.get("/orders/1");
			application.awaitRequest("where=order=1", BrowserTests::hasEnded);
			show(application, "requests");
			browser.await("document.querySelectorAll('.feed a').length == 1");
			browser.evaluate("""
					(() => {
						window.held = [];
						window.read = 0;
						const send = window.fetch;
						window.fetch = async (path, options) => {
							if (!String(path).startsWith('api/requests?')) {
								return send(path, options);
							}
							await new Promise((release) => held.push(release));
							const response = await send(path, options);
							const json = await response.json();
							// A task, after the page has taken what it has read
							response.json = async () => { setTimeout(() => window.read++); return json; };
							return response;
						};
					})()""");
			application.get("/orders/2");
			application.awaitRequest("where=order=2", BrowserTests::hasEnded);
			browser.await("held.length == 1");
			browser.click(".head button[aria-pressed=false]");
			browser.await("document.querySelector('.head button[aria-pressed=true]')");
			browser.evaluate("held[0]()");
			browser.await("read == 1");
			browser.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
			assertThat(browser.texts(".feed .name small")).containsExactly("/orders/1");
			application.get("/orders/3");
			application.awaitRequest("where=order=3", BrowserTests::hasEnded);
			browser.await("/Paused · [1-9]/.test(document.querySelector('.head p').textContent)");
			browser.click(".head button[aria-pressed=true]");
			browser.await("held.length == 2");
			browser.evaluate("held[1]()");
			browser.await("document.querySelectorAll('.feed a').length == 3");
			leave();
		}
	}

	private static boolean hasEnded(JsonNode request) {
		return request.path("state").asString().equals("ended");
	}

	/**
	 * An instance that does not answer is named. All else works, and the page recovers by
	 * itself.
	 */
	@Test
	void anInstanceIsChosenAndComesBack() throws IOException {
		try (Running console = Running.start(Fleet.class, WebApplicationType.SERVLET,
				"cairn.console.peers-timeout=60s");
				Running peer = Running.start(Fleet.class, WebApplicationType.REACTIVE)) {
			URI up = URI.create("http://127.0.0.1:" + peer.port("server") + "/actuator");
			URI down = URI.create("http://127.0.0.1:" + FakePeer.deadPort() + "/actuator");
			AtomicReference<@Nullable List<Instance>> known = console.bean(Fleet.Known.class).now();
			known.set(List.of(Instance.of("shop-2", up), Instance.of("shop-3", down)));
			console.get("/orders/1");
			String errorId = peer.get("/fail/far").headers().firstValue("X-Error-Id").orElseThrow();
			peer.get("/orders/2");
			peer.awaitRequest("where=order=2", BrowserTests::hasEnded);
			show(console, "requests");
			browser.await("document.querySelector('#instance')");
			assertThat(browser.texts("#instance option")).containsExactly("This instance", "shop-2", "shop-3 (down)",
					"All instances");
			choose("shop-2");
			browser.await("document.querySelectorAll('.feed a').length == 2");
			assertThat(browser.texts("#shown")).containsExactly("The instance shop-2, read only.");
			assertThat(browser.texts(".feed .name small")).containsExactly("/orders/2", "/fail/far");
			// It goes down while somebody looks
			known.set(List.of(Instance.of("shop-2", down), Instance.of("shop-3", down)));
			browser.await("document.querySelector('main.stale #lost')");
			assertThat(browser.texts("#lost").get(0))
				.startsWith("The instance shop-2 cannot be reached (ConnectException). What you see is of ")
				.endsWith("The page tries again by itself.");
			assertThat(browser.texts(".feed .name small")).containsExactly("/orders/2", "/fail/far");
			browser.await("document.querySelectorAll('#instance option')[1].textContent == 'shop-2 (down)'");
			browser.click(".views a[href='#/incidents']");
			browser.await("document.querySelector('main .state.bad')");
			assertThat(browser.texts(".views [aria-current]")).singleElement().asString().startsWith("Incidents");
			known.set(List.of(Instance.of("shop-2", up), Instance.of("shop-3", down)));
			browser
				.await("!document.querySelector('main.stale, main .state.bad') && document.querySelector('.groups a')");
			// It is down before somebody looks
			known.set(List.of(Instance.of("shop-2", down), Instance.of("shop-3", down)));
			browser
				.open("http://127.0.0.1:" + console.port("server") + Running.CONSOLE + "/?instance=shop-2#/requests");
			browser.await("document.querySelector('main .state.bad') && document.querySelector('#instance')");
			assertThat(browser.texts("main .state.bad").get(0))
				.contains("The instance shop-2 cannot be reached (ConnectException). The page tries again by itself.");
			assertThat(browser.texts(".views a")).hasSize(8);
			browser.await("document.querySelector('#instance').value == 'shop-2'");
			known.set(List.of(Instance.of("shop-2", up), Instance.of("shop-3", down)));
			browser.await("document.querySelectorAll('.feed a').length == 2");
			assertRefused("502");
			theSumLeadsToTheInstance(errorId);
			leave();
		}
	}

	/** The feed has the requests of all instances. One that is missing is named. */
	private static void theSumLeadsToTheInstance(String errorId) {
		choose("all");
		browser.await("document.querySelectorAll('.feed a').length == 3 && document.querySelector('#missing')");
		assertThat(browser.texts("#missing"))
			.containsExactly("shop-3 is missing: it cannot be reached (ConnectException).");
		assertThat(browser.texts(".feed .name small")).containsExactly("/orders/2", "/fail/far", "/orders/1");
		assertThat(browser.texts(".feed .instance")).containsExactly("shop-2", "shop-2", "this instance");
		browser.click(".feed li a");
		browser.await("location.search == '?instance=shop-2' && document.querySelector('#timeline')");
		assertThat(browser.texts("h1")).containsExactly("GET /orders/{id}");
		// Another instance may have another request with this id
		choose("all");
		browser.await("location.hash == '#/requests' && document.querySelectorAll('.feed a').length == 3");
		browser.fill("#find", errorId);
		browser.press(Browser.Key.ENTER);
		browser.await("location.search == '?instance=shop-2' && document.querySelector('#timeline')"
				+ " && document.querySelector('main').textContent.includes(" + Browser.quoted(errorId) + ")");
	}

	private static void choose(String instance) {
		browser.await("document.querySelector('#instance')");
		browser.evaluate("(() => { const all = document.querySelector('#instance'); all.value = '" + instance
				+ "'; all.dispatchEvent(new Event('change')); })()");
		browser.await("location.search == '?instance=" + instance + "' && document.querySelector('#shown')");
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
