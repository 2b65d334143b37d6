package dev.cairn.console;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger;
import dev.cairn.testing.Browser;
import dev.cairn.testing.Prerequisites;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A console that is open for a day: the figures of 86,400 seconds are computed, streamed
 * and shown as fast as the browser reads them, in each view in turn.
 */
class DayOfUpdatesTests {

	private static final int SECONDS = 86_400;

	private static final int ROUNDS = 6;

	/** At noon and in the evening, it is the turn of the first. */
	private static final List<String> VIEWS = List.of("live", "requests", "incidents", "events", "meters", "switches");

	private static final int SECONDS_OF_VIEW = SECONDS / ROUNDS / VIEWS.size();

	/** Twenty bytes for each second of half a day would be more. */
	private static final long MORE_BYTES = 800_000;

	/** The figures of other tests of this process may be collected or not. */
	private static final long MORE_BYTES_OF_SERVER = 4_000_000;

	@Test
	void theBrowserAndTheServerDoNotGrow() {
		assumeTrue(Prerequisites.metFor("the test of a console that is open for a day", "chromium"));
		try (Running application = Running.start(Fast.class, WebApplicationType.SERVLET);
				Browser browser = Browser.start()) {
			Day day = application.bean(Day.class);
			application.get("/fail/a");
			application.get("/orders/1");
			browser.beforeEachPage("""
					window.updates = 0;
					const listen = EventSource.prototype.addEventListener;
					EventSource.prototype.addEventListener = function (type, listener) {
						listen.call(this, type, (event) => { listener(event); window.updates += type === 'live'; });
					};""");
			browser.open("http://127.0.0.1:" + application.port("server") + Running.CONSOLE + "/");
			browser.await("document.querySelector('.connection.good')");
			try {
				lookAtEachView(browser, day, SECONDS / 2);
				Browser.Memory noon = browser.memory();
				long noonOfServer = usedByServer();
				lookAtEachView(browser, day, SECONDS);
				Browser.Memory evening = browser.memory();
				assertThat(evening.heapBytes() - noon.heapBytes()).isLessThan(MORE_BYTES);
				assertThat(evening.nodes()).isLessThanOrEqualTo(noon.nodes() * 11 / 10);
				assertThat(evening.listeners()).isLessThanOrEqualTo(noon.listeners() * 11 / 10);
				assertThat(usedByServer() - noonOfServer).isLessThan(MORE_BYTES_OF_SERVER);
				assertThat(browser.problems()).isEmpty();
			}
			finally {
				browser.open("about:blank");
				day.end();
			}
		}
	}

	/**
	 * Opens each view several times, and waits until the figures are those of a second.
	 */
	private static void lookAtEachView(Browser browser, Day day, int until) {
		for (int seconds = until - SECONDS / 2 + SECONDS_OF_VIEW; seconds <= until; seconds += SECONDS_OF_VIEW) {
			browser.click(".views a[href='#/" + VIEWS.get(seconds / SECONDS_OF_VIEW % VIEWS.size()) + "']");
			day.pass(SECONDS_OF_VIEW);
			browser.await("updates == " + seconds);
		}
		browser.await("document.querySelector('.card .note').textContent.includes('"
				+ String.format(Locale.ROOT, "%,d", until) + " since the start')");
	}

	private static long usedByServer() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	/**
	 * An application whose stream has a clock of its own.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(Shop.class)
	static class Fast {

		@Bean
		Day day(Timelines timelines, ApplicationFrames frames, Ledger ledger, Streams streams) {
			return new Day(timelines, frames, ledger, streams);
		}

		@Bean
		FilterRegistrationBean<Filter> fastStream(Day day) {
			FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>((request, response, chain) -> {
				EventStream.HEADERS.forEach(((HttpServletResponse) response)::setHeader);
				day.stream(response.getOutputStream());
			});
			filter.addUrlPatterns(Running.CONSOLE + "/api/stream");
			filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return filter;
		}

	}

	/**
	 * The figures of each second of a day, one request and one event in each.
	 */
	static final class Day {

		private static final int TYPES = 20;

		private final Semaphore permitted = new Semaphore(0);

		private final RequestFigures requests;

		private final EventCounts events;

		private final LiveFigures live;

		/** Read by the thread of the stream only. */
		private Instant now = Instant.now();

		private volatile boolean ended;

		Day(Timelines timelines, ApplicationFrames frames, Ledger ledger, Streams streams) {
			InstantSource clock = () -> this.now;
			this.requests = new RequestFigures(clock);
			this.events = new EventCounts(clock);
			this.live = new LiveFigures(timelines, this.requests, this.events, new IncidentGroups(frames, clock),
					ledger, streams, clock);
		}

		/** Lets the stream go on. */
		void pass(int seconds) {
			this.permitted.release(seconds);
		}

		void end() {
			this.ended = true;
			this.permitted.release();
		}

		void stream(OutputStream out) throws IOException {
			EventStream stream = new EventStream(() -> {
				try {
					return Json.write(this.live.current());
				}
				catch (Json.TooLargeException ex) {
					throw new IllegalStateException(ex);
				}
			});
			out.flush();
			for (long second = 0; !this.ended; second++) {
				if (!this.permitted.tryAcquire()) {
					out.flush();
					this.permitted.acquireUninterruptibly();
				}
				this.now = this.now.plusSeconds(1);
				this.requests.ended(Duration.ofMillis(second % 500), second % 10 == 0, false);
				this.requests.published();
				this.events.published("type-" + second % TYPES);
				out.write(stream.next());
			}
		}

	}

}
