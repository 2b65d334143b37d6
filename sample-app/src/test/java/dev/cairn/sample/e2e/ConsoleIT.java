package dev.cairn.sample.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.sample.e2e.Shop.Call;
import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.UdpServer;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The page of the console in Chromium, of the packaged shop with customers. Its events go
 * to a UDP socket. No test may leave an error in the console of the browser.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {

	/** Those of the customers; one kind is left for a test. */
	private static final List<String> FAULTS = List.of("wrapped", "handled", "logged", "async");

	/** Each kind of visit has happened. */
	private static final int FIRST_VISITS = 30;

	private static final int PRODUCTS = 20;

	private static final int CHARTS = 4;

	private static final int MAX_TABS = 60;

	private static final String NOTHING_SHOWN = "nothing";

	private @Nullable UdpServer wire;

	private @Nullable AppProcess app;

	private ConsolePage page;

	private Browser browser;

	private Shop shop;

	private ScheduledExecutorService customers;

	private int visits;

	@BeforeAll
	void opens() throws IOException {
		assumeTrue(Prerequisites.metFor("the tests of the console", "chromium"));
		this.wire = UdpServer.started();
		Path directory = Files.createDirectories(Path.of("target", "e2e", "console").toAbsolutePath());
		this.app = AppProcess.start(Path.of(System.getProperty("cairn.e2e.jar")), directory,
				List.of("server.port=0", "server.address=127.0.0.1",
						"management.endpoint.cairnswitches.access=unrestricted", "cairn.udp.host=127.0.0.1",
						"cairn.udp.port=" + this.wire.port()));
		this.shop = new Shop(this.app.port());
		IntStream.range(0, FIRST_VISITS).forEach((i) -> visit());
		this.page = new ConsolePage(this.app.port());
		this.browser = this.page.browser();
	}

	@AfterAll
	void closes() throws Exception {
		for (AutoCloseable opened : Stream.of(this.page, this.app, this.wire).filter(Objects::nonNull).toList()) {
			opened.close();
		}
	}

	@BeforeEach
	void customersCome() {
		this.browser.problems().clear();
		this.customers = Executors.newSingleThreadScheduledExecutor();
		this.customers.scheduleWithFixedDelay(this::visit, 0, 100, TimeUnit.MILLISECONDS);
	}

	private void visit() {
		int visitor = this.visits++;
		switch (visitor % 5) {
			case 0 -> {
				this.shop.products();
				this.shop.product(1 + visitor % 3);
			}
			case 1, 2 -> this.shop.order(1 + visitor % 3, 1, "c-" + visitor);
			case 3 -> this.shop.product(404);
			default -> this.shop.fault(FAULTS.get(visitor / 5 % FAULTS.size()));
		}
	}

	@AfterEach
	void customersLeave() throws InterruptedException {
		this.customers.shutdown();
		assertThat(this.customers.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
		assertThat(this.browser.problems()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "live", "requests", "requests/{failed}", "requests/{order}", "incidents",
			"incidents/{incident}", "events", "events/order.placed", "meters", "meters/shop.order.place", "switches",
			"configuration", "doctor", "find/0123456789abcdef" })
	void everyViewIsAccessibleInLightAndDarkAndFitsAPhone(String view) {
		this.page.open(view.replace("{failed}", requestWith("status=5xx"))
			.replace("{order}", requestWith("route=/orders&status=201"))
			.replace("{incident}",
					this.page.json("cairnconsole/api/incidents").at("/groups/0/group").asString(NOTHING_SHOWN)));
		// Each entry of a timeline with its details
		this.browser.evaluate("document.querySelectorAll('.bar-row').forEach((row) => row.click())");
		assertThat(this.page.violations("{ resultTypes: ['violations'] }")).isEmpty();
		this.page.fits();
		this.browser.colors("dark");
		assertThat(this.page.violations("{ runOnly: ['color-contrast'], resultTypes: ['violations'] }")).isEmpty();
		this.browser.colors("light");
		this.browser.phone();
		this.page.fits();
		this.browser.wide();
	}

	private String requestWith(String query) {
		return this.page.json("cairnconsole/api/requests?limit=1&" + query)
			.at("/requests/0/id")
			.asString(NOTHING_SHOWN);
	}

	@Test
	void everyViewIsReachedFromTheOther() {
		this.page.open("");
		for (String view : this.browser.texts(".views a")) {
			// Without the number of active requests or groups beside it
			String title = view.replaceAll("[0-9].*", "");
			String link = ".views a[href='#/" + title.toLowerCase(Locale.ROOT) + "']";
			this.browser.click(link);
			this.browser.await("document.querySelector('h1').textContent == " + Browser.quoted(title)
					+ " && !document.querySelector('main p.state[role=status]')");
			assertThat(this.browser.texts(".views [aria-current]")).singleElement().asString().startsWith(title);
			assertThat(this.browser.texts(".state.bad")).isEmpty();
		}
	}

	@Test
	void theChartsMove() {
		this.page.open("live");
		this.browser.evaluate("window.canvases = () => Array.from(document.querySelectorAll('cairn-chart canvas'))");
		this.browser.await("canvases().length == " + CHARTS);
		this.browser.evaluate("window.before = canvases().map((each) => each.toDataURL())");
		this.browser.await("canvases().length == " + CHARTS
				+ " && canvases().every((each, index) => each.toDataURL() != before[index])");
		this.browser.hover("cairn-chart");
		this.browser.await("/all [0-9.]+ .* failed [0-9.]+/.test(document.querySelector('.readout').textContent)");
	}

	@Test
	void anIdFromAResponseLeadsToItsRequestAndItsIncident() {
		Call failed = this.shop.fault("unhandled");
		String errorId = Objects.requireNonNull(failed.errorId());
		this.page.open("live");
		find(errorId);
		String request = this.browser.evaluate("location.hash").asString();
		assertThat(this.browser.texts("main .card code")).contains(errorId, failed.traceId());
		assertThat(this.browser.texts("main .card h3")).singleElement().asString().endsWith("PaymentDeclinedException");
		this.browser.click("main article.card a[href^='#/incidents/']");
		this.browser.await("document.querySelector('details.card')");
		assertThat(this.browser.texts("details.card summary code")).contains(errorId);
		find(failed.traceId());
		assertThat(this.browser.evaluate("location.hash").asString()).isEqualTo(request);
	}

	/** As a person who pastes an id. */
	private void find(String id) {
		this.browser.fill("#find", id);
		this.browser.press(Browser.Key.ENTER);
		this.browser.await("location.hash.startsWith('#/requests/') && document.querySelector('#timeline')"
				+ " && document.querySelector('main').textContent.includes(" + Browser.quoted(id) + ")");
	}

	@Test
	void theFeedIsFilteredAndPaused() {
		this.page.open("requests");
		this.browser.evaluate("window.first = document.querySelector('.feed a').href");
		this.browser.await("document.querySelector('.feed a').href != first");
		this.browser.evaluate("(() => { const status = Array.from(document.querySelectorAll('select'))"
				+ ".find((each) => each.labels[0]?.textContent.trim().startsWith('Status'));"
				+ " status.value = '5xx'; status.dispatchEvent(new Event('change')); })()");
		this.browser.await("location.hash.includes('status=5xx') && document.querySelector('.feed .pill')"
				+ " && Array.from(document.querySelectorAll('.feed .pill'))"
				+ ".every((each) => each.textContent.startsWith('5'))");
		this.browser.click(".filters button");
		this.browser.await("location.hash == '#/requests' && document.querySelector('.feed a')");
		this.browser.click(".head button[aria-pressed=false]");
		this.browser.await("document.querySelector('.head button[aria-pressed=true]')");
		this.browser.evaluate("window.first = document.querySelector('.feed a').href");
		this.browser.await("/Paused · [1-9]/.test(document.querySelector('.head p').textContent)");
		assertThat(this.browser.evaluate("document.querySelector('.feed a').href == first").asBoolean()).isTrue();
		this.browser.click(".head button[aria-pressed=true]");
		this.browser.await("document.querySelector('.feed a').href != first");
	}

	@Test
	void aSwitchOfThePageChangesTheWireWithinASecond() {
		Call before = this.shop.product(1);
		await().atMost(Duration.ofMinutes(1)).until(() -> onTheWire("product.viewed", before));
		this.page.open("switches");
		this.browser.fill("input[list=targets]", "product.viewed");
		this.browser.click("button.primary");
		this.browser.await("document.querySelector('#outcome.good')?.textContent.includes('product.viewed is off')");
		// The second in which it may still be sent
		await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
		List<Call> viewed = IntStream.range(0, PRODUCTS).mapToObj((i) -> this.shop.product(1)).toList();
		// Of each request, the message about the request is the last
		await().atMost(Duration.ofMinutes(1))
			.until(() -> viewed.stream().allMatch((call) -> onTheWire("http.request", call)));
		assertThat(viewed).noneMatch((call) -> onTheWire("product.viewed", call));
		this.browser.click("section[aria-labelledby=active] td button");
		this.browser.await("document.querySelector('#outcome.good')?.textContent.includes('is as before')");
		await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
		Call after = this.shop.product(1);
		await().atMost(Duration.ofMinutes(1)).until(() -> onTheWire("product.viewed", after));
	}

	private boolean onTheWire(String type, Call call) {
		return Objects.requireNonNull(this.wire)
			.lines()
			.stream()
			.anyMatch((line) -> line.contains("\"" + type + "\"") && line.contains(call.traceId()));
	}

	@Test
	void itIsUsedWithTheKeyboard() {
		this.page.open("live");
		tabTo("#find");
		this.page.open("requests");
		tabTo(".feed a");
		this.browser.press(Browser.Key.ENTER);
		this.browser.await("document.querySelector('#timeline') && document.activeElement.matches('h1')");
		tabTo(".bar-row");
		this.browser.press(Browser.Key.ENTER);
		this.browser.await("document.activeElement.matches('.bar-row[aria-expanded=true]')");
	}

	/** Go to an element, and check that its focus can be seen. */
	private void tabTo(String selector) {
		String reached = "document.activeElement.matches(" + Browser.quoted(selector) + ")";
		for (int tabs = 0; tabs < MAX_TABS && !this.browser.evaluate(reached).asBoolean(); tabs++) {
			this.browser.press(Browser.Key.TAB);
		}
		assertThat(this.browser.evaluate(reached).asBoolean()).as(selector).isTrue();
		assertThat(this.browser
			.evaluate("(({ outlineStyle, outlineWidth }) => outlineStyle != 'none'"
					+ " && parseFloat(outlineWidth) >= 1)(getComputedStyle(document.activeElement))")
			.asBoolean()).as("focus of " + selector).isTrue();
	}

	@Test
	void liveFiguresAreThoseOfTheEndpoint() {
		this.page.open("live");
		agree(() -> {
			ConsolePage.Look look = this.page.look("cairnconsole/api/live",
					new ConsolePage.Table("main .cards .card", ".figure", ".note"),
					new ConsolePage.Table("section[aria-labelledby=types] tbody tr", "th", "td:nth-of-type(2)",
							"td:nth-of-type(3)"),
					new ConsolePage.Table("section[aria-labelledby=channels] tbody tr", "th", ".pill",
							"td:nth-of-type(2)", "td:nth-of-type(3)", "td:nth-of-type(4) .account@title",
							"td:nth-of-type(5)", "td:nth-of-type(6)", "td:nth-of-type(7)"),
					new ConsolePage.Table(".views a[href='#/incidents'] .tally", ""));
			JsonNode live = look.answer();
			JsonNode requests = live.path("requests");
			double eventsPerSecond = live.path("events")
				.valueStream()
				.mapToDouble((type) -> type.path("per_second").asDouble(0))
				.sum();
			assertShown(look.tables().get(0),
					List.of(row(numbers(requests, "per_second"), numbers(requests, "active", "total")),
							row(numbers(requests, "p95_ms"), numbers(requests, "p50_ms", "p99_ms", "max_ms")),
							row(numbers(requests, "error_rate"), numbers(requests, "failed", "slow")),
							row(List.of(eventsPerSecond), List.of(live.path("events").size()))));
			assertShown(look.tables().get(1),
					live.path("events")
						.propertyStream()
						.sorted(Comparator.comparingLong((type) -> -type.getValue().path("total").asLong()))
						.map((type) -> row(type.getKey(), numbers(type.getValue(), "per_second"),
								numbers(type.getValue(), "total")))
						.toList());
			assertShown(look.tables().get(2),
					live.path("channels")
						.propertyStream()
						.map((channel) -> channelRow(channel.getKey(), channel.getValue()))
						.toList());
			assertShown(look.tables().get(3), List.of(row(numbers(live.path("incidents"), "groups"))));
		});
	}

	private static List<Object> channelRow(String name, JsonNode channel) {
		List<String> account = new ArrayList<>();
		Map<String, String> parts = new LinkedHashMap<>();
		parts.put("delivered", "delivered");
		parts.put("held", "held");
		parts.put("sampled out", "sampled_out");
		parts.put("filtered", "filtered");
		parts.put("dropped", "dropped_total");
		parts.forEach((part, number) -> {
			if (channel.path(number).asLong() > 0) {
				account.add(part + " " + grouped(channel.path(number)));
			}
		});
		return row(name, channel.path("state").asString(), numbers(channel, "delivered_per_second"),
				numbers(channel, "offered"), String.join(", ", account), numbers(channel, "held"),
				numbers(channel, "spooled"), numbers(channel, "dropped_total"));
	}

	@Test
	void requestsAndIncidentsAreThoseOfTheEndpoint() throws InterruptedException {
		customersLeave();
		this.page.open("requests");
		agree(() -> {
			JsonNode requests = this.page.json("cairnconsole/api/requests?limit=100").path("requests");
			assertShown(this.page.rows(".feed li", "a@href", "time@datetime", ".pill", ".took", ".signals"), requests
				.valueStream()
				.map((request) -> row("#/requests/" + request.path("id").asString(), request.path("start").asString(),
						numbers(request, "status"), numbers(request, "duration_ms"),
						Stream
							.of(request.path("calls").asInt(), request.path("events").asInt(),
									request.path("warnings").asInt(), request.path("error_ids").size())
							.filter((number) -> number > 0)
							.toList()))
				.toList());
		});
		JsonNode order = this.page
			.json("cairnconsole/api/requests/" + requestWith("route=/orders&status=201&where=events%3E0"));
		this.page.open("requests/" + order.path("id").asString());
		assertShown(this.page.rows("section.summary", ".figure"), List.of(row(numbers(order, "duration_ms"))));
		long events = order.path("published")
			.valueStream()
			.filter((each) -> !each.path("type").asString().equals("http.request"))
			.count();
		assertShown(this.page.rows(".legend button", ""),
				Stream.of(order.path("spans").size(), order.path("log").size(), events, order.path("incidents").size())
					.map((number) -> row(List.of(number)))
					.toList());
		assertShown(sorted(this.page.rows("li.entry.span", ".took")),
				order.path("spans")
					.valueStream()
					.sorted(Comparator.comparingDouble((span) -> span.path("duration_ms").asDouble()))
					.map((span) -> row(numbers(span, "duration_ms")))
					.toList());
		this.page.open("incidents");
		agree(() -> assertShown(this.page.rows(".groups li", "a@href", ".number .figure", ".trend svg@aria-label"),
				this.page.json("cairnconsole/api/incidents")
					.path("groups")
					.valueStream()
					.map((group) -> row("#/incidents/" + group.path("group").asString(), numbers(group, "count"),
							List.of(group.path("trend").valueStream().mapToInt(JsonNode::asInt).sum())))
					.toList()));
		JsonNode group = this.page.json("cairnconsole/api/incidents/"
				+ this.page.json("cairnconsole/api/incidents").at("/groups/0/group").asString());
		this.page.open("incidents/" + group.path("group").asString());
		assertThat(this.page.rows("main > .facts > div", "dt", "dd")).contains(
				List.of("Count", grouped(group.path("count"))), List.of("Where", group.path("location").asString()));
		assertThat(this.browser.texts("details.card summary code")).containsExactlyElementsOf(
				group.path("incidents").valueStream().map((each) -> each.path("error_id").asString()).toList());
		assertThat(this.page.rows("section[aria-labelledby=routes] .facts > div", "dt", "dd"))
			.containsExactlyInAnyOrderElementsOf(group.path("routes")
				.propertyStream()
				.map((route) -> List.of(route.getKey(), grouped(route.getValue())))
				.toList());
	}

	/** Durations are in the order of their beginning on the page. */
	private static List<List<String>> sorted(List<List<String>> rows) {
		return rows.stream()
			.sorted(Comparator.comparingDouble((cells) -> Figure.in(cells.get(0)).get(0).value()))
			.toList();
	}

	@Test
	void eventsAreThoseOfTheEndpoints() throws InterruptedException {
		customersLeave();
		this.page.open("events");
		agree(() -> {
			assertShown(
					this.page.rows("section[aria-labelledby=types] tbody tr", "th", "td:nth-of-type(1)",
							"td:nth-of-type(2)", "td:nth-of-type(4)", "td:nth-of-type(5)"),
					this.page.json("cairnconsole/api/events")
						.path("types")
						.valueStream()
						.map((type) -> row(type.path("type").asString(), numbers(type, "per_second"),
								numbers(type, "total"), numbers(type, "sampled_out"), numbers(type, "lost")))
						.toList());
			JsonNode total = this.page.json("cairnevents").at("/per/minute/total");
			assertShown(this.page.rows("section[aria-labelledby=visitors] .card[aria-label] .figure", ""),
					List.of(row(numbers(total, "page_views")), row(numbers(total, "visitors")),
							row(numbers(total, "robots")), row(numbers(total, "events"))));
			JsonNode purchase = total.at("/conversions/purchase");
			assertThat(purchase.path("steps")).isNotEmpty();
			double first = purchase.at("/steps/0/visitors").asDouble();
			assertShown(this.page.rows(".funnel li", ".text", ".number"),
					purchase.path("steps")
						.valueStream()
						.map((step) -> row(step.path("type").asString(),
								List.of(step.path("visitors").asLong(), step.path("visitors").asDouble() / first)))
						.toList());
			assertShown(this.page.rows(".funnel h3 .muted", ""), List.of(row(numbers(purchase, "rate"))));
		});
	}

	@Test
	void metersAreThoseOfTheEndpoint() throws InterruptedException {
		customersLeave();
		// Reading them is a request, too, so the meters of the shop are compared
		this.page.open("meters?search=shop");
		agree(() -> assertShown(this.page.rows("a.meter", ".text", ".number:nth-of-type(3)", ".number:nth-of-type(4)"),
				this.page.json("cairnmetrics?window=5m")
					.path("meters")
					.valueStream()
					.filter((meter) -> meter.path("name").asString().startsWith("shop."))
					.collect(Collectors.groupingBy((meter) -> meter.path("name").asString(), TreeMap::new,
							Collectors.toList()))
					.entrySet()
					.stream()
					.map((meters) -> row(meters.getKey(), List
						.of(meters.getValue().stream().mapToDouble((meter) -> meter.path("rate").asDouble()).sum()),
							meters.getValue()
								.stream()
								.filter((meter) -> meter.has("p99"))
								.map((meter) -> meter.path("p99").asDouble())
								.sorted(Comparator.reverseOrder())
								.limit(1)
								.toList()))
					.toList()));
		this.page.open("meters/shop.order.place");
		Map<String, String> windows = Map.of("Last minute", "1m", "Last 5 minutes", "5m", "Last 15 minutes", "15m");
		agree(() -> {
			JsonNode meters = this.page.json("cairnmetrics/shop.order.place").path("meters");
			assertThat(meters).isNotEmpty();
			windows.forEach((label, window) -> assertShown(
					this.page.rows("section[aria-label='" + label + "'] tbody tr", "td:nth-of-type(1)",
							"td:nth-of-type(2)", "td:nth-of-type(3)", "td:nth-of-type(4)", "td:nth-of-type(5)",
							"td:nth-of-type(6)", "td:nth-of-type(7)", "td:nth-of-type(8)", "td:nth-of-type(9)"),
					meters.valueStream()
						.map((meter) -> meter.path(window))
						.sorted(Comparator.comparingLong((numbers) -> -numbers.path("count").asLong()))
						.map((numbers) -> row(numbers(numbers, "rate"), numbers(numbers, "count"),
								numbers(numbers, "mean"), numbers(numbers, "p50"), numbers(numbers, "p75"),
								numbers(numbers, "p95"), numbers(numbers, "p99"), numbers(numbers, "p99.9"),
								numbers(numbers, "max")))
						.toList()));
		});
	}

	@Test
	void switchesConfigurationAndFindingsAreThoseOfTheEndpoints() {
		this.page.open("switches");
		agree(() -> assertShown(this.page.rows("section[aria-labelledby=kinds] tbody tr", "th", "td:nth-of-type(2)"),
				this.page.json("cairnswitches")
					.path("kinds")
					.propertyStream()
					.map((kind) -> row(kind.getKey(), List.of(kind.getValue().path("targets").size())))
					.toList()));
		this.page.open("configuration");
		JsonNode configuration = this.page.json("cairnconfig");
		assertShown(this.page.rows("#own .muted, #boot .muted", ""),
				Stream.of("cairn", "spring_boot")
					.map((group) -> row(List.of(configuration.path(group)
						.valueStream()
						.filter((property) -> !property.path("origin").asString().equals("default"))
						.count())))
					.toList());
		this.page.open("doctor");
		JsonNode doctor = this.page.json("cairndoctor");
		assertThat(this.browser.texts("article.finding")).hasSize(doctor.path("findings").size());
		assertThat(this.page.rows(".checks li", "bdi", ".pill"))
			.containsExactlyInAnyOrderElementsOf(doctor.path("checks")
				.propertyStream()
				.map((check) -> List.of(check.getKey(), check.getValue().asString()))
				.toList());
	}

	/** Compare again until the page has read what the endpoint answers. */
	private static void agree(ThrowingRunnable comparison) {
		await().atMost(Duration.ofMinutes(2))
			.pollInterval(Duration.ofMillis(100))
			.pollInSameThread()
			.untilAsserted(comparison);
	}

	/**
	 * Check each cell: its text, or all numbers in it.
	 * @param shown the rows of the page
	 * @param expected a text or the numbers of each cell
	 */
	private static void assertShown(List<List<String>> shown, List<List<Object>> expected) {
		assertThat(expected).isNotEmpty();
		assertThat(shown).as("%s", expected).hasSameSizeAs(expected);
		for (int i = 0; i < expected.size(); i++) {
			for (int j = 0; j < expected.get(i).size(); j++) {
				String text = shown.get(i).get(j);
				if (expected.get(i).get(j) instanceof List<?> numbers) {
					List<Figure> figures = Figure.in(text);
					assertThat(figures).as("%s in %s", numbers, expected.get(i)).hasSameSizeAs(numbers);
					for (int k = 0; k < numbers.size(); k++) {
						assertThat(figures.get(k).isOf((Number) numbers.get(k)))
							.as("'%s' is of %s in %s", text, numbers, expected.get(i))
							.isTrue();
					}
				}
				else {
					assertThat(text).isEqualTo(expected.get(i).get(j));
				}
			}
		}
	}

	private static String grouped(JsonNode number) {
		return String.format(Locale.ROOT, "%,d", number.asLong());
	}

	private static List<Object> row(Object... cells) {
		return List.of(cells);
	}

	/** Return numbers, which are null where there is none. */
	private static List<@Nullable Number> numbers(JsonNode node, String... names) {
		List<@Nullable Number> numbers = new ArrayList<>();
		for (String name : names) {
			numbers.add(node.path(name).isNumber() ? node.path(name).asDouble() : null);
		}
		return numbers;
	}

}
