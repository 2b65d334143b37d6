package dev.cairn.collector;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import dev.cairn.Category;
import dev.cairn.Message;
import dev.cairn.Severity;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.points.Points;
import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.TcpProxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The beacon in Chromium, with a collector behind a proxy that can be stopped.
 */
class BeaconBrowserTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static Running application;

	private static Browser browser;

	private static TcpProxy proxy;

	@BeforeAll
	static void open() {
		assumeTrue(Prerequisites.metFor("the tests of the beacon", "chromium"));
		application = Running.start(BeaconPages.class, WebApplicationType.SERVLET, "cairn.beacon.enabled=true",
				"cairn.beacon.key=public", "cairn.collector.keys.web.token=public",
				"cairn.collector.keys.web.origins=*", "cairn.beacon.interactions=true", "cairn.beacon.max-age=0s",
				"cairn.beacon.points.buy.selector=#buy", "cairn.beacon.points.buy.type=cart.filled",
				"cairn.beacon.points.buy.fields.sku=data-sku", "cairn.beacon.points.signup.selector=form.wide",
				"cairn.beacon.points.signup.on=submit", "cairn.beacon.points.broken.selector=]!",
				"cairn.requests.visitor.key=0123456789abcdef", "cairn.requests.server-timing=true");
		proxy = new TcpProxy();
		proxy.target(application.port());
		proxy.start();
		browser = Browser.startAsPerson();
		// As the settings of the browser do
		browser.beforeEachPage("""
				if (location.search === '?dnt') {
					Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' });
				}
				if (location.search === '?gpc') {
					Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });
				}""");
	}

	@AfterAll
	static void close() throws IOException {
		if (browser != null) {
			browser.close();
			proxy.stop();
			application.close();
		}
	}

	@AfterEach
	void leave() {
		browser.offline(false);
		browser.headers(Map.of());
		browser.open("about:blank");
		browser.problems().clear();
	}

	private static void show(String page) {
		browser.open(url(page));
		browser.await("document.readyState === 'complete' && window.cairn && !cairn.q");
	}

	private static String url(String page) {
		return "http://127.0.0.1:" + proxy.port() + page;
	}

	/** Returns the messages of a page, in the order in which they have arrived. */
	private static List<Message> messages(String page) {
		return application.messages()
			.stream()
			.filter((message) -> String.valueOf(message.fields().get("page")).startsWith(page))
			.toList();
	}

	private static List<Message> messages(String page, String type) {
		return messages(page).stream().filter((message) -> message.type().equals(type)).toList();
	}

	private static Message await(String page, String type) {
		return awaitAll(page, type, 1).get(0);
	}

	private static List<Message> awaitAll(String page, String type, int count) {
		Awaitility.await().atMost(LIMIT).until(() -> messages(page, type).size() >= count);
		List<Message> found = messages(page, type);
		assertThat(found).hasSize(count);
		return found;
	}

	/**
	 * Ignores requests that fail, which the browser reports and no script can prevent.
	 */
	private static void assertNoProblem() {
		assertThat(browser.problems()).filteredOn((problem) -> !problem.contains("Failed to load resource")).isEmpty();
	}

	@Test
	void aPageViewContinuesTheTraceOfTheRequestForThePage() {
		show("/pages/view?token=secret#part");
		browser.open("about:blank");
		Message viewed = await("/pages/view", "page.viewed");
		assertThat(viewed.fields()).containsEntry("page", "/pages/view")
			.containsEntry("navigation", "load")
			.containsEntry("event_version", 1L)
			.containsEntry("title", null)
			.containsEntry("referrer", null);
		assertThat(viewed.category()).isEqualTo(Category.BEHAVIOUR);
		assertThat(request(viewed).fields()).containsEntry("route", "/pages/{name}");
		assertThat(request(viewed).fields().get("visitor")).isNotNull().isEqualTo(viewed.fields().get("visitor"));
		assertThat(viewed.origin().service()).isEqualTo("web");
		assertThat(messages("/pages/view").toString()).doesNotContain("secret", "Secret");
		assertThat(browser.problems()).isEmpty();
	}

	/** Returns the request for the page. */
	private static Message request(Message viewed) {
		return application.bean(MemorySink.class)
			.messages()
			.stream()
			.filter((message) -> message.type().equals(Message.TYPE_HTTP_REQUEST) && message.trace() != null
					&& message.trace().traceId().equals(viewed.trace().traceId()))
			.findFirst()
			.orElseThrow();
	}

	@Test
	void aStaticPageHasTheTraceOfItsHeader() {
		show("/plain/trace");
		String traceparent = browser.evaluate("cairn.traceparent").asString();
		browser.open("about:blank");
		Message viewed = await("/plain/trace", "page.viewed");
		assertThat(traceparent).startsWith("00-" + viewed.trace().traceId() + "-" + viewed.trace().spanId());
		assertThat(await("/plain/trace", "page.loaded").trace()).isEqualTo(viewed.trace());
		assertThat(request(viewed).fields()).containsEntry("route", "/plain/{name}");
	}

	@Test
	void theLoadingFiguresAreSentOnceWhenThePageIsLeft() {
		show("/pages/figures");
		browser.await("performance.getEntriesByName('first-contentful-paint').length");
		browser.click("#text");
		browser.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))");
		browser.evaluate("dispatchEvent(new Event('pagehide'))");
		Message loaded = await("/pages/figures", "page.loaded");
		browser.open("about:blank");
		assertThat(number(loaded, "load_ms")).isPositive();
		assertThat(number(loaded, "first_byte_ms")).isPositive();
		assertThat(number(loaded, "render_ms")).isPositive();
		assertThat(number(loaded, "lcp_ms")).isPositive();
		assertThat(number(loaded, "cls")).isNotNegative();
		assertThat(number(loaded, "bytes")).isPositive();
		assertThat(loaded.fields()).containsEntry("navigation", "navigate").containsEntry("errors", 0L);
		assertThat(loaded.category()).isEqualTo(Category.QUALITY);
		show("/pages/after");
		browser.open("about:blank");
		await("/pages/after", "page.loaded");
		assertThat(messages("/pages/figures", "page.loaded")).hasSize(1);
	}

	private static double number(Message message, String field) {
		return ((Number) message.fields().get(field)).doubleValue();
	}

	@Test
	void layoutShiftsAndSlowInteractionsAreMeasured() {
		show("/pages/vitals");
		browser.await("performance.getEntriesByName('first-contentful-paint').length");
		browser.evaluate(
				"""
						(() => {
							const text = document.querySelector('#text');
							document.querySelector('h1').style.marginTop = '300px';
							text.addEventListener('click', () => { const end = performance.now() + 120; while (performance.now() < end); });
						})()""");
		browser.evaluate(
				"new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))");
		browser.click("#text");
		browser.evaluate("new Promise((done) => setTimeout(done, 200))");
		browser.open("about:blank");
		Message loaded = await("/pages/vitals", "page.loaded");
		assertThat(number(loaded, "cls")).isPositive();
		assertThat(number(loaded, "inp_ms")).isGreaterThan(100);
	}

	@Test
	void errorsHaveFilesLinesAndColumnsAndAreSentOnce() {
		show("/pages/errors");
		browser.evaluate("""
				const script = document.createElement('script');
				script.src = '/early.js?token=secret';
				script.onload = () => setTimeout(() => { for (let i = 0; i < 50; i++) setTimeout(function fail() {
					undefined.price; }) });
				document.head.append(script)""");
		browser.evaluate("setTimeout(() => Promise.reject(new RangeError('too far')))");
		browser.evaluate("setTimeout(() => Promise.reject({ toString() { throw 1 } }))");
		browser.evaluate("setTimeout(() => { throw null })");
		List<Message> failed = awaitAll("/pages/errors", "script.failed", 4);
		Message error = failed.stream()
			.filter((each) -> "TypeError".equals(each.fields().get("error")))
			.findFirst()
			.get();
		assertThat(error.severity()).isEqualTo(Severity.ERROR);
		assertThat(error.fields()).containsEntry("kind", "error").containsKeys("file", "line", "column");
		assertThat(error.fields().get("message").toString()).contains("price");
		Message rejection = failed.stream()
			.filter((each) -> "RangeError".equals(each.fields().get("error")))
			.findFirst()
			.get();
		assertThat(rejection.fields()).containsEntry("kind", "rejection").containsEntry("message", "too far");
		browser.problems().clear();
		browser.open("about:blank");
		Message loaded = await("/pages/errors", "page.loaded");
		assertThat(number(loaded, "errors")).isEqualTo(53);
	}

	@Test
	void framesAreThoseOfTheScriptsWithoutTheirQueries() {
		show("/early/frames");
		browser.evaluate("""
				(() => { const error = new Error('stack');
				error.stack = 'Error: stack\\n    at new Order (http://h/app.js?token=secret:10:5)\\n'
					+ '    at async Object.<anonymous> (https://u:p@h/a/b.js#x:2:33)\\n    at http://h/c.js:4:6\\n'
					+ 'pay@webpack:///./src/pay.js:7:8\\n@http://h/d.js:9:1\\n    at <anonymous>';
				setTimeout(() => Promise.reject(error)); })()""");
		Message failed = await("/early/frames", "script.failed");
		assertThat(failed.fields().get("stack")).isEqualTo("""
				new Order@http://h/app.js:10:5
				async Object.<anonymous>@https://h/a/b.js:2:33
				@http://h/c.js:4:6
				pay@webpack:///./src/pay.js:7:8
				@http://h/d.js:9:1""");
		assertThat(failed.fields()).containsEntry("file", "http://h/app.js")
			.containsEntry("line", 10L)
			.containsEntry("column", 5L);
		browser.problems().clear();
	}

	@Test
	void aResourceThatFailsIsSent() {
		show("/pages/resource");
		browser.evaluate("""
				const image = new Image();
				image.src = '/missing.png?token=secret';
				document.body.append(image)""");
		Message failed = await("/pages/resource", "resource.failed");
		assertThat(failed.fields()).containsEntry("element", "img").containsEntry("file", url("/missing.png"));
		assertThat(failed.severity()).isEqualTo(Severity.WARNING);
	}

	@Test
	void navigationWithinAPageIsAPageView() {
		show("/pages/single");
		browser.evaluate("history.pushState(null, '', '/pages/single/2?token=secret')");
		browser.evaluate("history.replaceState({ scroll: 1 }, '')");
		browser.evaluate("history.replaceState(null, '', '/pages/single/3')");
		browser.evaluate("history.back()");
		browser.await("location.pathname === '/pages/single'");
		browser.evaluate("location.hash = '#anchor'");
		browser.evaluate("location.hash = '#/cart?token=secret'");
		browser.await("location.hash.startsWith('#/cart')");
		browser.evaluate("new Promise((done) => setTimeout(done))");
		browser.open("about:blank");
		await("/pages/single#/cart", "page.viewed");
		assertThat(messages("/pages/single", "page.viewed")).extracting((each) -> each.fields().get("page"))
			.containsExactly("/pages/single", "/pages/single/2", "/pages/single/3", "/pages/single",
					"/pages/single#/cart");
		assertThat(messages("/pages/single").toString()).doesNotContain("secret");
		assertNoProblem();
	}

	@Test
	void clicksAreSelectedByTheConfigurationAndByAttributes() {
		show("/pages/clicks");
		browser.click("#buy b");
		browser.click("#help");
		Message bought = await("/pages/clicks", "cart.filled");
		assertThat(bought.fields()).containsEntry("sku", "s-7").doesNotContainKey("price");
		Message viewed = await("/pages/clicks", "page.viewed");
		assertThat(bought.fields()).containsEntry("page_id", viewed.id());
		assertThat(await("/pages/clicks", "help.opened").fields()).containsEntry("topic", "returns")
			.containsEntry("top_level", "1")
			.doesNotContainKey("event");
		assertThat(awaitAll("/pages/clicks", "interaction", 2)).extracting((each) -> each.fields().get("target"))
			.containsExactly("#buy", "#help");
		assertThat(messages("/pages/clicks", "interaction").get(0).fields()).containsEntry("action", "click")
			.containsEntry("place", "/pages/clicks")
			.containsEntry("text_length", 7L)
			.containsEntry("content", null);
		assertNoProblem();
	}

	@Test
	void aFormIsSubmittedWithoutItsValues() {
		show("/pages/form");
		browser
			.evaluate("document.querySelector('form').addEventListener('submit', (event) => event.preventDefault())");
		browser.fill("[name=mail]", "hunter2@example.org");
		browser.click("[name=mail]");
		browser.click("textarea");
		browser.click("[name=go]");
		browser.open("about:blank");
		assertThat(await("/pages/form", "signup.sent").fields()).containsEntry("plan", "free");
		await("/pages/form", "signup");
		await("/pages/form", "page.loaded");
		assertThat(messages("/pages/form", "interaction"))
			.extracting((each) -> each.fields().get("action") + " " + each.fields().get("target"))
			.containsExactly("click #signup > input[name=mail]", "click #signup > textarea[name=note]",
					"click #signup > button[name=go]", "submit #signup");
		assertThat(messages("/pages/form").toString()).doesNotContain("hunter2", "jane", "secret", "Choice", "Secret");
	}

	@Test
	void hostileNamesAndFormsAreHarmless() {
		show("/pages/hostile");
		browser.evaluate(
				"""
						document.body.insertAdjacentHTML('beforeend', `<form id="jane7" data-cairn-event="exception"
						data-cairn-__proto__="x" data-cairn-constructor="y">
						<input name="id"><input name="localName"><input name="classList"><input name="getAttribute">
						<button id="h1" name="a]" class="ok b2 ${'c'.repeat(500)} x&quot;y">1</button></form>
						<button id="h2" data-cairn-event="a b">2</button>
						<button id="h3" data-cairn-event="hostile.sent" data-cairn-text="${'<script>'.repeat(5000)}">3</button>`);
						document.forms[1].onsubmit = () => false""");
		browser.click("#h1");
		browser.click("#h2");
		browser.click("#h3");
		browser.evaluate("cairn(); cairn('event'); cairn('event', { type: {} }); cairn('nothing', 1)");
		browser.evaluate(
				"(() => { const loop = {}; loop.loop = loop; cairn('event', { type: 'loop', fields: loop }) })()");
		browser.evaluate("cairn('event', { type: 'large', fields: { text: 'x'.repeat(100000) } })");
		browser.evaluate("cairn('event', { type: 'last.sent', severity: 4, category: 'operation' })");
		Message last = await("/pages/hostile", "last.sent");
		assertThat(last.severity()).isEqualTo(Severity.WARNING);
		assertThat(last.category()).isEqualTo(Category.OPERATION);
		assertThat(await("/pages/hostile", "hostile.sent").fields().get("text").toString()).hasSize(300);
		assertThat(messages("/pages/hostile").stream().map(Message::type).distinct()).doesNotContain("loop", "large",
				"exception", "a b");
		assertThat(messages("/pages/hostile").get(0).fields().get("dropped")).isEqualTo(1L);
		assertNoProblem();
	}

	@Test
	void nothingIsSentOrStoredForPeopleWhoAskForThat() {
		for (String signal : List.of("dnt", "gpc")) {
			show("/plain/" + signal + "?" + signal);
			browser.click("#buy");
			browser.evaluate("cairn('event', { type: 'never.sent' })");
			browser.evaluate("dispatchEvent(new Event('pagehide'))");
			assertThat(browser.evaluate("performance.getEntriesByType('resource').map((each) => each.name).join()")
				.asString()).isEqualTo(url("/cairn/beacon.js"));
			assertThat(browser.evaluate("sessionStorage.length + localStorage.length + document.cookie.length").asInt())
				.isZero();
		}
		show("/plain/counted");
		browser.open("about:blank");
		await("/plain/counted", "page.viewed");
		assertThat(messages("/plain/dnt")).isEmpty();
		assertThat(messages("/plain/gpc")).isEmpty();
	}

	@Test
	void nothingIsSentIfTheServerFindsNoConsent() {
		browser.headers(Map.of("Sec-GPC", "1"));
		show("/plain/unwilling");
		browser.await("performance.getEntriesByName('" + url("/cairn/beacon.json") + "').length");
		browser.click("#buy");
		browser.open("about:blank");
		browser.headers(Map.of());
		show("/plain/willing");
		browser.open("about:blank");
		await("/plain/willing", "page.viewed");
		assertThat(messages("/plain/unwilling")).isEmpty();
	}

	@Test
	void whatHappensOfflineIsDeliveredOnline() {
		show("/pages/offline");
		await("/pages/offline", "page.viewed");
		browser.offline(true);
		browser.click("#buy");
		browser.await("!navigator.onLine");
		browser.evaluate("new Promise((done) => setTimeout(done, 3500))");
		browser.offline(false);
		await("/pages/offline", "cart.filled");
		assertNoProblem();
	}

	@Test
	void theNextPageDeliversWhatAPageCouldNot() throws IOException {
		show("/pages/down");
		await("/pages/down", "page.viewed");
		proxy.stop();
		browser.click("#buy");
		// Waits for a request that fails
		browser.await(
				"performance.getEntriesByType('resource').filter((each) => each.name.includes('/cairn/events')).length > 1");
		browser.evaluate("dispatchEvent(new Event('pagehide'))");
		assertThat(browser.evaluate("sessionStorage.getItem('cairn')").asString()).contains("cart.filled");
		browser.open("about:blank");
		assertThat(messages("/pages/down", "cart.filled")).isEmpty();
		proxy.start();
		show("/pages/up");
		await("/pages/down", "cart.filled");
		browser.open("about:blank");
		await("/pages/up", "page.loaded");
		assertThat(messages("/pages/down", "page.loaded")).hasSize(1);
		assertThat(new HashSet<>(messages("/pages/down").stream().map(Message::id).toList()))
			.hasSameSizeAs(messages("/pages/down"));
		assertNoProblem();
	}

	@Test
	void aPageWithoutACollectorHasNoError() {
		show("/away/page");
		// Not that of a server
		assertThat(browser.evaluate("cairn.traceparent").asString()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]");
		browser.click("#buy");
		browser.click("#help");
		browser.evaluate("cairn('event', { type: 'never.sent' })");
		browser.evaluate("history.pushState(null, '', '/away/other')");
		browser.evaluate("for (let i = 0; i < 500; i++) cairn('event', { type: 'never.sent' })");
		browser.open("about:blank");
		assertNoProblem();
	}

	@Test
	void callsBeforeTheScriptIsLoadedAreNotLost() {
		show("/early/calls");
		browser.open("about:blank");
		assertThat(await("/early/calls", "page.early").fields()).containsEntry("answer", 42L);
	}

	@Test
	void aPointIsSwitchedWhileTheServiceRuns() {
		Points points = application.bean(Points.class);
		points.enable("beacon.buy", false);
		try {
			show("/pages/off");
			browser.click("#buy");
			browser.open("about:blank");
			await("/pages/off", "interaction");
		}
		finally {
			points.enable("beacon.buy", true);
		}
		show("/pages/on");
		browser.click("#buy");
		browser.open("about:blank");
		await("/pages/on", "cart.filled");
		assertThat(messages("/pages/off", "cart.filled")).isEmpty();
	}

	@Test
	void manyEventsAreSentInBatchesAndBounded() {
		show("/pages/many");
		await("/pages/many", "page.viewed");
		browser.evaluate("for (let i = 0; i < 100; i++) cairn('event', { type: 'many', fields: { i } })");
		assertThat(awaitAll("/pages/many", "many", 100)).extracting((each) -> each.fields().get("i"))
			.doesNotHaveDuplicates();
		browser.evaluate("for (let i = 0; i < 300; i++) cairn('event', { type: 'flood', fields: { i } })");
		browser.open("about:blank");
		awaitAll("/pages/many", "flood", 100);
		assertNoProblem();
	}

}
