package dev.cairn.spring.incident;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;

import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.sentry.Sentry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The control of {@link OneFailureTests}: the same application with Sentry's own starter
 * and its defaults, and without Cairn. Were there no duplicates here, the table would
 * prove nothing.
 */
@Timeout(300)
class SentrysOwnWayTests {

	private static final Logger logger = LoggerFactory.getLogger(SentrysOwnWayTests.class);

	@Test
	void reportsManyFailuresTwice() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = RunningApplication.start(WaysIn.class, "cairn.enabled=false",
						"sentry.dsn=" + sentry.dsn(), "management.tracing.sampling.probability=1",
						"spring.mvc.problemdetails.enabled=true")) {
			Map<Way, Map<Shape, Long>> events = new EnumMap<>(Way.class);
			for (Way way : Way.values()) {
				for (Shape shape : Shape.values()) {
					if (way.has(shape)) {
						events.computeIfAbsent(way, (row) -> new EnumMap<>(Shape.class))
							.put(shape, events(sentry, application, way, shape));
					}
				}
			}
			logger.info("Events a failure with Sentry's own starter: {}", events);
			assertThat(events.get(Way.CONTROLLER)).containsEntry(Shape.PLAIN, 1L)
				.containsEntry(Shape.WRAPPED, 2L)
				.containsEntry(Shape.MESSAGE_LOGGED_FIRST, 2L);
			assertThat(events.get(Way.ADVICE)).as("what an advice has handled is not seen")
				.containsEntry(Shape.PLAIN, 0L);
			assertThat(events.values().stream().flatMap((row) -> row.values().stream()).filter((count) -> count > 1))
				.hasSizeGreaterThan(5);
		}
	}

	private static long events(SentryServer sentry, RunningApplication application, Way way, Shape shape) {
		String text = "failure of " + way + " " + shape + ".";
		application
			.get("/" + way.path() + "?shape=" + shape + "&message=" + URLEncoder.encode(text, StandardCharsets.UTF_8));
		if (!way.inRequest) {
			RunningApplication.await(() -> count(sentry, text) > 0);
		}
		// The container logs after the answer; one thread sends in order
		application.get("/fence");
		String fence = "fence after " + text;
		RunningApplication.await(() -> {
			Sentry.captureMessage(fence);
			Sentry.flush(1000);
			return count(sentry, fence) > 0;
		});
		return count(sentry, text) - count(sentry, fence);
	}

	private static long count(SentryServer sentry, String text) {
		return sentry.events().stream().filter((event) -> event.toString().contains(text)).count();
	}

}
