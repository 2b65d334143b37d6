package dev.cairn.console;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;

import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page in Chromium as people use it: with the keyboard, a screen reader, high
 * contrast, or a clock that is wrong.
 */
class PageUseTests {

	private static final String SWITCHES = "/actuator/cairnswitches";

	private static final String VISITORS = "section[aria-labelledby=visitors] ";

	private static Running application;

	private static Browser browser;

	@BeforeAll
	static void open() {
		assumeTrue(Prerequisites.metFor("the tests of the use of the console's page", "chromium"));
		application = Running.start(Shop.class, WebApplicationType.SERVLET,
				"management.endpoints.web.exposure.include=cairn,cairnconsole,cairnevents,cairnswitches",
				"management.endpoint.cairnswitches.access=unrestricted");
		browser = Browser.start();
		browser.beforeEachPage("""
				if (location.hash.includes('clock=fast')) {
					const now = Date.now;
					Date.now = () => now() + 2 * 3_600_000;
				}""");
	}

	@AfterAll
	static void close() {
		if (browser != null) {
			browser.close();
			application.close();
		}
	}

	@AfterEach
	void leave() {
		browser.open("about:blank");
		List<String> problems = List.copyOf(browser.problems());
		browser.problems().clear();
		assertThat(problems).isEmpty();
	}

	private static void show(String view) {
		browser.open("http://127.0.0.1:" + application.port("server") + Running.CONSOLE + "/#/" + view);
		browser.await("document.querySelector('.connection.good') && document.querySelector('h1')"
				+ " && !document.querySelector('main p.state[role=status]')");
	}

	/** Returns a request that has ended. */
	private static String request(String query) {
		return application.awaitRequest(query, (each) -> each.path("state").asString().equals("ended"))
			.path("id")
			.asString();
	}

	private static void failWithAText(String text) {
		application.send(application.request("/echo")
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(text)));
	}

	@Test
	void robotsAreShownAsTheEndpointCountsThem() {
		for (int i = 0; i < 3; i++) {
			application.send(application.request("/orders/" + i).header("User-Agent", "Googlebot/2.1"));
		}
		show("events");
		assertThat(browser.texts(VISITORS + ".card h3")).containsExactly("Page views", "Visitors", "Robots", "Events");
		Awaitility.await().atMost(Duration.ofMinutes(1)).pollInSameThread().untilAsserted(() -> {
			JsonNode total = Running.parse(application.get("/actuator/cairnevents").body()).at("/per/minute/total");
			assertThat(total.path("robots").asInt()).isGreaterThanOrEqualTo(3);
			assertThat(browser.texts(VISITORS + ".card .figure")).containsExactly(shown(total, "page_views"),
					shown(total, "visitors"), shown(total, "robots"), shown(total, "events"));
		});
	}

	private static String shown(JsonNode counts, String name) {
		return counts.path(name).isNumber() ? counts.path(name).asString() : "–";
	}

	/** The values stay, but not without the reason why they are not current. */
	@Test
	void countsThatCannotBeReadAgainSayWhy() {
		show("events");
		browser.await("document.querySelector(" + Browser.quoted(VISITORS + ".card") + ")");
		browser.evaluate("""
				(() => {
					const send = window.fetch;
					window.fetch = (path, options) => /cairnevents|api.events/.test(path)
						? Promise.resolve(new Response('{"detail": "out of order"}',
							{ status: 500, headers: { 'Content-Type': 'application/json' } })) : send(path, options);
				})()""");
		browser.await("document.querySelectorAll('main .state.bad').length == 2");
		assertThat(browser.texts("main .state.bad")).allMatch((text) -> text.contains("out of order"));
		assertThat(browser.texts(VISITORS + ".card .figure")).hasSize(4);
		assertThat(browser.texts("section[aria-labelledby=types] tbody tr")).isNotEmpty();
	}

	@Test
	void aCallOfAnAsynchronousMethodIsOneRow() {
		application.get("/mail/9");
		show("requests/" + request("route=/mail/*&text=order+9"));
		browser.await("document.querySelector('main').textContent.includes(\"select 'mail'\")");
		assertThat(browser.texts(".entry.span .label").stream().filter((label) -> label.contains("send")))
			.containsExactly("task: task mail.send");
		browser.evaluate("Array.from(document.querySelectorAll('.bar-row'))"
				+ ".find((row) => row.textContent.includes('mail.send')).click()");
		browser.await("document.querySelector('.detail')");
		assertThat(browser.texts(".detail .facts div")).contains("Nametask mail.send",
				"Observationtasks.async.execution", "mail9");
	}

	@Test
	void copyingShowsItsOutcomeAndKeepsTheNameOfItsButton() {
		application.get("/orders/1");
		show("requests/" + request("where=order=1"));
		String copy = ".summary button";
		browser.await("document.querySelector('" + copy + "')");
		assertThat(browser.texts(copy)).containsExactly("Copy the trace id");
		browser.click(copy);
		browser.click(copy);
		browser
			.await("/Copied|Not permitted/.test(document.querySelector('" + copy + " + [role=status]').textContent)");
		browser.await("document.querySelector('" + copy + " + [role=status]').textContent == ''");
		assertThat(browser.texts(copy)).containsExactly("Copy the trace id");
	}

	@Test
	void theFocusStaysOnItsIncidentWhenAnotherOneIsTheLatest() {
		failWithAText("first");
		application.get("/fail/second");
		show("incidents");
		browser.await("document.querySelectorAll('.groups a').length >= 2"
				+ " && document.querySelector('.groups a').textContent.includes('IllegalState')");
		browser.evaluate("window.latest = document.querySelector('.groups a').href;"
				+ " document.querySelector('.groups a').focus()");
		failWithAText("third");
		browser.await("document.querySelector('.groups a').textContent.includes('IllegalArgument')");
		assertThat(browser.evaluate("document.activeElement.href == latest").asBoolean()).isTrue();
	}

	/** A toggle has one name, and what changes each second is not spoken each time. */
	@Test
	void thePauseIsAToggleAndTheFeedIsNotSpoken() {
		application.get("/orders/1");
		request("where=order=1");
		show("requests");
		assertThat(browser.texts(".head [role=status], .head [aria-live]")).isEmpty();
		assertThat(browser.texts(".head button[aria-pressed=false]")).containsExactly("Pause");
		browser.click(".head button[aria-pressed=false]");
		browser.await("document.querySelector('.head button[aria-pressed=true]')");
		assertThat(browser.texts(".head button[aria-pressed=true]")).containsExactly("Pause");
		assertThat(browser.texts(".head p")).singleElement().asString().startsWith("Paused");
	}

	@Test
	void activeSwitchesHaveTheExactTimeOfTheirEnd() {
		application.send(application.request(SWITCHES)
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers
				.ofString("{\"kind\":\"event\",\"target\":\"order.viewed\",\"value\":\"off\"}")));
		JsonNode active = Running.parse(application.get(SWITCHES).body()).at("/active/0");
		show("switches");
		String row = "section[aria-labelledby=active] tbody tr ";
		browser.await("document.querySelector('" + row + "')");
		assertThat(browser.evaluate("document.querySelector('" + row + "td:nth-of-type(6) time').title.split('\\n')[1]")
			.asString()).isEqualTo(active.path("until").asString());
		assertThat(browser.texts("section[aria-labelledby=active] thead th")).doesNotContain("");
		application.send(application.request(SWITCHES + "/" + active.path("id").asString()).DELETE());
	}

	@Test
	void aClockThatIsWrongDoesNotMoveTheTimes() {
		application.get("/orders/1");
		show("events?clock=fast");
		browser.await("document.querySelectorAll(" + Browser.quoted(VISITORS + ".bars rect") + ").length > 0");
		browser.await("/now|[0-9]+ s ago/.test(document.querySelector('section[aria-labelledby=types] tbody time')"
				+ ".textContent)");
	}

	/** Parts that only their color shows would be invisible. */
	@Test
	void theTimelineIsVisibleInHighContrast() {
		application.get("/orders/1");
		browser.forcedColors(true);
		try {
			show("requests/" + request("where=order=1"));
			browser.await("document.querySelector('.piece.span')");
			assertThat(browser.evaluate("matchMedia('(forced-colors: active)').matches").asBoolean()).isTrue();
			for (String drawn : List.of(".piece.span", ".piece.event", ".mark.span", ".key i")) {
				assertThat(browser
					.evaluate("getComputedStyle(document.querySelector('" + drawn + "')).backgroundColor"
							+ " == getComputedStyle(document.body).backgroundColor")
					.asBoolean()).as(drawn).isFalse();
			}
		}
		finally {
			browser.forcedColors(false);
		}
	}

	@Test
	void aSearchForNothingLeadsToTheRequests() {
		show("live");
		browser.evaluate("location.hash = '#/find'");
		browser.await("location.hash == '#/requests' && document.querySelector('h1').textContent == 'Requests'");
	}

}
