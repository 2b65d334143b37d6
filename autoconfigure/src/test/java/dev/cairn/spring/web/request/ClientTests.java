package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Cairn;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.NamePattern;
import dev.cairn.Origin;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.CairnBuilder;
import dev.cairn.internal.Extensions;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.spring.web.request.RequestsProperties.Consent;
import dev.cairn.spring.web.request.RequestsProperties.VisitProperties;
import dev.cairn.spring.web.request.RequestsProperties.VisitorProperties;
import dev.cairn.spring.web.request.UserAgentParser.ClientSoftware;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the description of clients.
 */
class ClientTests {

	private static final Consent CONSENT = new Consent(true, null, null, NamePattern.ANY);

	static final ClientDetails CLIENT = new ClientDetails(CONSENT, new Robots(List.of(NamePattern.of("acme-check/*"))),
			OptionalFields.ALL, ClientDetails.Address.ANONYMISED, ClientDetails.Referrer.HOST,
			ClientDetails.UserAgent.PARSED, Map.of());

	private static final VisitProperties VISITS = new VisitProperties(Duration.ofMinutes(30), null, 100);

	private static final Extensions EXTENSIONS = new Extensions((name) -> {
	}, (text) -> text);

	private final Accounts ledger = new Accounts();

	private final MemorySink sink = new MemorySink(this.ledger.channel("memory"), 10_000);

	private final Cairn cairn = new CairnBuilder(Origin.here("shop", null, null)).ledger(this.ledger)
		.sink(this.sink)
		.build();

	@AfterEach
	void close() {
		this.cairn.close();
	}

	@ParameterizedTest
	@CsvSource({ "192.0.2.44, 192.0.2.0", "0:0:0:0:0:0:0:1, ::", "2001:db8:7:8:9:a:b:c, 2001:db8:7::",
			"2001:db8::1, 2001:db8::", "fe80:0:0:0:1:2:3:4%eth0, fe80::", "::ffff:192.0.2.44, 192.0.2.0",
			"0:0:5:1::1, 0:0:5::", "999.1.1.1,", "localhost,", "unknown,", "1:2,", ":,", "'',", "fe80::1.example," })
	void publishesTheNetworkOfAnAddress(String remote, String published) {
		assertThat(ClientDetails.Address.ANONYMISED.of(remote)).isEqualTo(published);
	}

	@ParameterizedTest
	@CsvSource({ "66.1.1.1:1111, 66.1.1.0", "[2001:db8::1]:443, 2001:db8::", "[2001:db8::1], 2001:db8::",
			"for=66.1.1.1, 66.1.1.0", "for=66.1.1.1:1111, 66.1.1.0",
			"'for=\"[2001:db8:cafe::17]:4711\";proto=https', 2001:db8:cafe::", "'For=66.1.1.1, for=10.0.0.1', 66.1.1.0",
			"'66.1.1.1, 10.0.0.1', 66.1.1.0", "[fe80::1%eth0]:80, fe80::", "for=unknown,", "for=_hidden,",
			"[localhost]:80,", "66.1.1.999:80,", "host:80,", "66.1.1.1:1111:2," })
	void publishesTheNetworkOfAnAddressWithAPortOrBrackets(String remote, String published) {
		assertThat(ClientDetails.Address.ANONYMISED.of(remote)).isEqualTo(published);
	}

	@Test
	void takesConnectionsOfOneAddressForOneClient() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		for (String remote : List.of("66.1.1.1:1111", "66.1.1.1:2222", "66.1.1.1")) {
			request.setRemoteAddr(remote);
			assertThat(facts(request).address()).isEqualTo("66.1.1.1");
		}
		request.setRemoteAddr("[2001:db8::1]:443");
		assertThat(facts(request).address()).isEqualTo("2001:db8::1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
			"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
			"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36",
			"kube-probe/1.29", "python-requests/2.32.3", "Python-urllib/3.11", "curl/8.5.0", "Wget/1.21",
			"Go-http-client/2.0", "Apache-HttpClient/5.3", "okhttp/4.12.0", "axios/1.7.2", "ELB-HealthChecker/2.0",
			"GoogleHC/1.0", "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "ClaudeBot/1.0",
			"CCBot/2.0", "Mozilla/5.0 (compatible; Bytespider; x)", "facebookexternalhit/1.1",
			"Slackbot-LinkExpanding 1.0", "Prometheus/2.53.0", "Blackbox Exporter/0.25", "Pingdom.com_bot_version_1.4",
			"PostmanRuntime/7.39.0",
			"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0)", "AhrefsBot",
			"Scrapy/2.11", "Mozilla/5.0 (compatible; Applebot/0.1)", "Mozilla/5.0 (compatible; Baiduspider/2.0)",
			"meta-externalagent/1.1", "Java/17.0.9", "Apache-HttpAsyncClient/4.1", "go-resty/2.7.0", "RestSharp/106.0",
			"Dart/3.2 (dart:io)", "Amazon-Route53-Health-Check-Service (ref x)",
			"Mozilla/5.0 (compatible; UptimeRobot/2.0)", "BetterUptimeBot", "site24x7", "Checkly/1.0",
			"CloudWatchSynthetics/arn", "updown.io daemon 2.11", "vmagent", "Telegraf/1.30", "HtmlUnit/4.1",
			"Cypress/13", "ACME-Check/7" })
	void takesRobotsProbesAndScriptsForNoPeople(String userAgent) {
		assertThat(CLIENT.robots().isRobot(userAgent)).isTrue();
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("User-Agent", userAgent);
		RequestVisitors visitors = visitors(new VisitorProperties("key", true, null, null, false),
				InstantSource.system());
		var message = this.cairn.message(Message.TYPE_HTTP_REQUEST);
		visitors.customize(message, facts(request));
		CLIENT.customize(message, facts(request));
		message.publish();
		assertThat(this.sink.messages().get(0).fields()).doesNotContainKey("visitor")
			.containsEntry("device_class", "robot");
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
			"Mozilla/5.0 (Linux; Android 13; CUBOT_X18) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
			"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 YaBrowser/24.6 Safari/537.36",
			"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
			"Opera/9.80 (J2ME/MIDP; Opera Mini/7.1) Presto/2.8", "shop-app/1.0", "browser" })
	void takesBrowsersForPeople(String userAgent) {
		assertThat(CLIENT.robots().isRobot(userAgent)).isFalse();
	}

	@Test
	void publishesHeadersAsFarAsTheClientAllows() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("User-Agent", "browser");
		request.addHeader("Accept-Language", "de");
		request.addHeader("Referer", "https://search.example/find?q=1");
		request.addHeader("X-Forwarded-For", "192.0.2.44:1111");
		request.addHeader("Content-Type", "text/plain");
		assertThat(facts(request).publishedHeader("user-agent")).isEqualTo("browser");
		assertThat(facts(request).publishedHeader("referer")).isEqualTo("search.example");
		assertThat(facts(request).publishedHeader("x-forwarded-for")).isEqualTo("192.0.2.0");
		request.addHeader("DNT", "1");
		for (String name : List.of("user-agent", "Accept-Language", "REFERER", "x-forwarded-for", "x-missing")) {
			assertThat(facts(request).publishedHeader(name)).isNull();
		}
		assertThat(facts(request).publishedHeader("content-type")).isEqualTo("text/plain");
	}

	@Test
	void publishesTheAddressOrNothing() {
		assertThat(ClientDetails.Address.FULL.of("2001:db8::1")).isEqualTo("2001:db8::1");
		assertThat(ClientDetails.Address.FULL.of("do-not-publish")).isNull();
		assertThat(ClientDetails.Address.NONE.of("192.0.2.44")).isNull();
		assertThat(ClientDetails.Address.ANONYMISED.of(null)).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "https://search.example/find?q=1, search.example, https://search.example/find",
			"http://[2001:db8::1]:81/, [2001:db8::1], http://[2001:db8::1]:81/", "about:blank,,", "/relative,,",
			"'https://a b/',,", "android-app://com.example/x, com.example, android-app://com.example/x" })
	void publishesTheReferringPage(String header, String host, String page) {
		assertThat(ClientDetails.Referrer.HOST.of(header)).isEqualTo(host);
		assertThat(ClientDetails.Referrer.WITHOUT_QUERY.of(header)).isEqualTo(page);
		assertThat(ClientDetails.Referrer.NONE.of(header)).isNull();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1 | Mobile Safari | 17 | iOS | phone
					Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1 | Mobile Safari | 16 | iOS | tablet
					Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36 | Chrome Mobile | 126 | Android | phone
					Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 | Chrome | 126 | Android | tablet
					Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0 | Firefox | 127 | Ubuntu | desktop
					Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 (KHTML, like Gecko) 76.0.3809.146/6.0 TV Safari/537.36 | Safari | | Tizen | tv
					Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | Googlebot | 2 | | robot
					curl/8.5.0 | curl | 8 | |
					unknown program | | | |
					""")
	void parsesUserAgents(String userAgent, String browser, String version, String os, String deviceClass) {
		assertThat(new UapParser().parse(userAgent)).isEqualTo(new ClientSoftware(browser, version, os, deviceClass));
	}

	@Test
	void readsEachUserAgentOnce() {
		AtomicInteger read = new AtomicInteger();
		try (UserAgents agents = new UserAgents(OptionalFields.ALL, (text) -> {
			read.incrementAndGet();
			return new ClientSoftware(text, null, null, null);
		}, EXTENSIONS)) {
			agents.start();
			for (int i = 0; i < 5; i++) {
				publish(agents, "browser");
				int sent = i + 1;
				RunningApplication.await(() -> this.sink.messages().size() == sent);
			}
		}
		assertThat(read).hasValue(1);
		assertThat(this.sink.messages()).extracting((message) -> message.fields().get("browser"))
			.containsOnly("browser");
	}

	@Test
	void publishesInTheUnitOfWorkOfTheRequest() {
		List<UnitOfWork> units = new CopyOnWriteArrayList<>();
		UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "request");
		try (UserAgents agents = new UserAgents(OptionalFields.ALL,
				(text) -> new ClientSoftware(text, null, null, null), EXTENSIONS);
				UnitOfWork.Scope scope = unit.open()) {
			agents.start();
			MockHttpServletRequest request = new MockHttpServletRequest();
			request.addHeader("User-Agent", "browser");
			agents.publish(this.cairn.message(Message.TYPE_HTTP_REQUEST), facts(request),
					(message) -> units.add(UnitOfWork.current()));
			RunningApplication.await(() -> !units.isEmpty());
		}
		assertThat(units).containsExactly(unit);
	}

	@Test
	void waitsForNoParserAndLosesNoMessage() throws InterruptedException {
		CountDownLatch release = new CountDownLatch(1);
		UserAgents agents = new UserAgents(OptionalFields.ALL, (text) -> {
			await(release);
			throw new IllegalStateException("cannot read " + text);
		}, EXTENSIONS);
		agents.start();
		for (int i = 0; i < 1500; i++) {
			publish(agents, "browser " + i);
		}
		assertThat(this.sink.messages()).as("those for which there is no room go without").hasSize(500);
		Thread closing = new Thread(agents::close);
		closing.start();
		release.countDown();
		closing.join();
		assertThat(this.sink.messages()).hasSize(1500)
			.allSatisfy((message) -> assertThat(message.fields()).doesNotContainKey("browser"));
	}

	private static void await(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void publish(UserAgents agents, String userAgent) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addHeader("User-Agent", userAgent);
		agents.publish(this.cairn.message(Message.TYPE_HTTP_REQUEST), facts(request), Event::publish);
	}

	@Test
	void givesAVisitorAnotherIdEveryDay() {
		Instant noon = Instant.parse("2026-03-01T12:00:00Z");
		assertThat(visitor("key", true, noon)).isEqualTo(visitor("key", true, noon.plus(Duration.ofHours(11))))
			.isNotEqualTo(visitor("key", true, noon.plus(Duration.ofHours(12))))
			.isNotEqualTo(visitor("other key", true, noon));
		assertThat(visitor("key", false, noon)).isEqualTo(visitor("key", false, noon.plus(Duration.ofDays(9))));
		assertThat(visitor(null, true, noon)).as("a random key").isNotEqualTo(visitor(null, true, noon));
	}

	private String visitor(String key, boolean daily, Instant now) {
		RequestVisitors visitors = visitors(new VisitorProperties(key, daily, null, null, false),
				InstantSource.fixed(now));
		var message = this.cairn.message(Message.TYPE_HTTP_REQUEST);
		visitors.customize(message, facts(new MockHttpServletRequest()));
		message.publish();
		return (String) this.sink.messages().get(this.sink.messages().size() - 1).fields().get("visitor");
	}

	@Test
	void computesTheVisitorOnceForAUnitOfWork() {
		List<String> hashed = new CopyOnWriteArrayList<>();
		SipHash hash = SipHash.ofSecret("key");
		RequestVisitors visitors = new RequestVisitors(OptionalFields.ALL,
				new VisitorProperties("key", true, null, null, false), VISITS, (text) -> {
					hashed.add(text);
					return hash.hash(text);
				}, InstantSource.system(), EXTENSIONS, () -> this.cairn);
		for (int i = 0; i < 2; i++) {
			UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "request");
			unit.set(RequestFacts.KEY, facts(new MockHttpServletRequest()));
			try (UnitOfWork.Scope scope = unit.open()) {
				visitors.identify("user-7");
				for (String type : List.of("order.placed", "order.paid", Message.TYPE_HTTP_REQUEST)) {
					var message = this.cairn.message(type);
					visitors.customize(message, unit.attribute(RequestFacts.KEY));
					visitors.enrich(message);
					message.publish();
				}
			}
		}
		assertThat(hashed).as("the visitor of each unit, and the visit").hasSize(3);
		assertThat(this.sink.messages()).hasSize(7)
			.allSatisfy((message) -> assertThat(message.fields()).containsEntry("user_id", "user-7")
				.containsKeys("visitor", "visit_id"));
		assertThat(this.sink.messages()).extracting((message) -> message.fields().get("visit_id"))
			.containsOnly(this.sink.messages().get(0).fields().get("visit_id"));
	}

	@Test
	void doesNotTakePeopleWhoShareAnAddressForOneUser() {
		RequestVisitors visitors = visitors(new VisitorProperties("key", true, null, null, false),
				InstantSource.system());
		for (boolean identifies : new boolean[] { true, false }) {
			UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "request");
			unit.set(RequestFacts.KEY, facts(new MockHttpServletRequest()));
			try (UnitOfWork.Scope scope = unit.open()) {
				if (identifies) {
					visitors.identify("user-7");
				}
				var message = this.cairn.message(Message.TYPE_HTTP_REQUEST);
				visitors.enrich(message);
				message.publish();
			}
		}
		List<Message> requests = this.sink.messages();
		assertThat(requests.get(1).fields()).containsEntry("user_id", "user-7");
		assertThat(requests.get(2).fields()).doesNotContainKey("user_id")
			.containsEntry("visitor", requests.get(1).fields().get("visitor"));
	}

	@Test
	void bindsABoundedNumberOfFields() {
		RequestVisitors visitors = visitors(new VisitorProperties("key", true, null, null, false),
				InstantSource.system());
		UnitOfWork unit = Signals.NONE.start(UnitOfWork.Kind.REQUEST, "request");
		unit.set(RequestFacts.KEY, facts(new MockHttpServletRequest()));
		try (UnitOfWork.Scope scope = unit.open()) {
			for (int i = 0; i < 30; i++) {
				visitors.bindToVisit("field-" + i, "x".repeat(5000));
			}
			var message = this.cairn.message(Message.TYPE_HTTP_REQUEST);
			visitors.enrich(message);
			message.publish();
		}
		Map<String, Object> fields = this.sink.messages().get(0).fields();
		assertThat(fields.keySet()).filteredOn((name) -> name.startsWith("field-")).hasSize(20);
		assertThat((String) fields.get("field-0")).hasSize(1024);
	}

	@Test
	void usesTheAnnouncedSizesIfTheServerDoesNotCount() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		MockHttpServletResponse response = new MockHttpServletResponse();
		RequestFacts facts = new ServletRequestFacts(request, response, CLIENT);
		assertThat(facts.requestBytes()).isEqualTo(RequestFacts.UNKNOWN_BYTES);
		assertThat(facts.responseBytes()).isEqualTo(RequestFacts.UNKNOWN_BYTES);
		request.setContent(new byte[7]);
		response.setContentLength(9);
		assertThat(facts.requestBytes()).isEqualTo(7);
		assertThat(facts.responseBytes()).isEqualTo(9);
	}

	@Test
	void hasNoVisitorWithoutTheConfiguredCookieOrHeader() {
		RequestVisitors visitors = visitors(new VisitorProperties("key", true, "cid", "X-Client", false),
				InstantSource.system());
		var message = this.cairn.message(Message.TYPE_HTTP_REQUEST);
		visitors.customize(message, facts(new MockHttpServletRequest()));
		message.publish();
		assertThat(this.sink.messages().get(0).fields()).doesNotContainKey("visitor");
	}

	private RequestVisitors visitors(VisitorProperties properties, InstantSource clock) {
		String secret = (properties.key() != null) ? properties.key() : UUID.randomUUID().toString();
		return new RequestVisitors(OptionalFields.ALL, properties, VISITS, SipHash.ofSecret(secret)::hash, clock,
				EXTENSIONS, () -> this.cairn);
	}

	private static RequestFacts facts(MockHttpServletRequest request) {
		return new ServletRequestFacts(request, new MockHttpServletResponse(), CLIENT);
	}

}
