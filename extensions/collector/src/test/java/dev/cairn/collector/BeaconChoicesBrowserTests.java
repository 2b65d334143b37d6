package dev.cairn.collector;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

import dev.cairn.Message;
import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.TcpProxy;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The beacon in Chromium where people are asked, half of the pages are recorded, and the
 * pages are on another server than the collector.
 */
class BeaconChoicesBrowserTests {

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private static final String KEPT = "00-0123456789abcdef0100000000000001-00f067aa0ba902b7-01";

	private static final String NOT_KEPT = "00-0123456789abcdef01ffffffffffffff-00f067aa0ba902b7-01";

	private static final TcpProxy otherServer = new TcpProxy();

	private static Running application;

	private static Browser browser;

	@BeforeAll
	static void open() {
		assumeTrue(Prerequisites.metFor("the tests of the beacon", "chromium"));
		application = Running.start(BeaconPages.class, WebApplicationType.SERVLET, "cairn.beacon.enabled=true",
				"cairn.beacon.key=public", "cairn.beacon.consent=true", "cairn.beacon.sample=0.5",
				"cairn.collector.keys.web.token=public",
				"cairn.collector.keys.web.origins=http://127.0.0.1:" + otherServer.port());
		otherServer.target(application.port());
		otherServer.start();
		browser = Browser.startAsPerson();
	}

	@AfterAll
	static void close() throws IOException {
		if (browser != null) {
			browser.close();
			otherServer.stop();
			application.close();
		}
	}

	/** Shows a page of the other server, with the script of one of both. */
	private static String show(String host, int scripts, String name, String traceparent) {
		String page = "/of/" + scripts + "/" + name;
		browser.open("http://" + host + ":" + otherServer.port() + page + "?traceparent=" + traceparent);
		browser.await("document.readyState === 'complete' && window.cairn?.traceparent");
		assertThat(browser.evaluate("cairn.traceparent").asString()).isEqualTo(traceparent);
		browser.await("performance.getEntriesByType('resource').some((each) => each.name.endsWith('/beacon.json')"
				+ " && each.responseEnd)");
		return page;
	}

	private static String show(String name, String traceparent) {
		return show("127.0.0.1", otherServer.port(), name, traceparent);
	}

	private static void send(String type) {
		browser.evaluate("cairn('event', { type: " + Browser.quoted(type) + " })");
	}

	private static List<String> types(String page) {
		return application.messages()
			.stream()
			.filter((message) -> page.equals(message.fields().get("page")))
			.map(Message::type)
			.toList();
	}

	private static void await(String page, String type) {
		Awaitility.await().atMost(LIMIT).until(() -> types(page).contains(type));
	}

	@Test
	void nothingIsRecordedBeforeTheConsentAndAfterItsEnd() {
		String asked = show("asked", KEPT);
		send("before.sent");
		browser.evaluate("cairn('consent', true)");
		send("with.sent");
		await(asked, "with.sent");
		browser.evaluate("cairn('event', { type: 'unsent.sent' }); cairn('consent', false)");
		send("after.sent");
		browser.evaluate("dispatchEvent(new Event('pagehide'))");
		assertThat(browser.evaluate("sessionStorage.length").asInt()).isZero();
		String later = show("later", KEPT);
		browser.evaluate("cairn('consent', true)");
		await(later, "page.viewed");
		assertThat(types(asked)).contains("page.viewed", "with.sent")
			.doesNotContain("before.sent", "unsent.sent", "after.sent");
	}

	@Test
	void aPageIsRecordedIfItsTraceIs() {
		String notKept = show("not-kept", NOT_KEPT);
		browser.evaluate("cairn('consent', true)");
		send("never.sent");
		String kept = show("kept", KEPT);
		browser.evaluate("cairn('consent', true)");
		send("kept.sent");
		await(kept, "kept.sent");
		assertThat(types(notKept)).isEmpty();
		assertThat(application.messages()).filteredOn((message) -> message.type().equals("kept.sent"))
			.singleElement()
			.satisfies((message) -> assertThat(message.fields().get("rate")).hasToString("0.5"));
	}

	@Test
	void pagesOfOtherServersSendIfTheirOriginIsListed() {
		show("localhost", application.port(), "stranger", KEPT);
		browser.evaluate("cairn('consent', true)");
		send("stranger.sent");
		browser.await("performance.getEntriesByType('resource').some((each) => each.name.includes('/events'))");
		String listed = show("127.0.0.1", application.port(), "listed", KEPT);
		browser.evaluate("cairn('consent', true)");
		send("listed.sent");
		await(listed, "listed.sent");
		assertThat(types(listed)).contains("page.viewed");
		assertThat(application.messages()).extracting(Message::type).doesNotContain("stranger.sent");
	}

}
