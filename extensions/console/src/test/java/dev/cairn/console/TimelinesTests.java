package dev.cairn.console;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.context.UnitOfWork.Kind;
import dev.cairn.context.UnitOfWork.Outcome;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bound on what is held.
 */
class TimelinesTests {

	private static final long MAX = 1024 * 1024;

	private final Timelines timelines = new Timelines(MAX);

	private Timeline begin() {
		Timeline timeline = this.timelines.prepare(Kind.REQUEST, "request", Instant.EPOCH);
		assertThat(timeline.begin(null, null)).isTrue();
		this.timelines.began(timeline);
		return timeline;
	}

	private void end(Timeline timeline, boolean keep) {
		if (timeline.end(null, Map.of(), List.of(), Outcome.SUCCESS, Duration.ZERO)) {
			this.timelines.ended(timeline, keep);
		}
	}

	private static LogLine line(String text) {
		return new LogLine(System.nanoTime(), Instant.EPOCH, Level.INFO, "logger", "thread", text, Map.of(), null);
	}

	@Test
	void hugeTextsDoNotExceedTheBound() {
		for (int i = 0; i < 2000; i++) {
			Timeline timeline = begin();
			for (int j = 0; j < 20; j++) {
				timeline.add(line("\u4e2d".repeat(4000)));
			}
			end(timeline, i % 3 == 0);
			assertThat(this.timelines.used()).isLessThanOrEqualTo(MAX);
		}
		assertThat(this.timelines.held()).isPositive();
		assertThat(this.timelines.evicted()).isPositive();
		long weight = this.timelines.newestFirst().stream().mapToLong(Timeline::weight).sum();
		assertThat(weight).isEqualTo(this.timelines.used());
		long characters = this.timelines.newestFirst()
			.stream()
			.flatMap((each) -> each.snapshot().lines().stream())
			.mapToLong((each) -> each.text().length())
			.sum();
		assertThat(2 * characters).isLessThanOrEqualTo(MAX);
	}

	@Test
	void oneRequestHasAShareOnly() {
		Timeline timeline = begin();
		for (int i = 0; i < 450; i++) {
			timeline.add(line("x".repeat(1000)));
		}
		assertThat(timeline.weight()).isLessThanOrEqualTo((int) (MAX / 8));
		Timeline.Snapshot snapshot = timeline.snapshot();
		assertThat(snapshot.omittedLines()).isEqualTo(450 - snapshot.lines().size()).isPositive();
	}

	@Test
	void slowAndFailedRequestsAreHeldLongest() {
		List<Timeline> kept = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			Timeline timeline = begin();
			end(timeline, true);
			kept.add(timeline);
		}
		for (int i = 0; i < 5000; i++) {
			end(begin(), false);
		}
		assertThat(this.timelines.evicted()).isPositive();
		assertThat(this.timelines.newestFirst()).containsAll(kept);
		for (int i = 0; i < 5000; i++) {
			end(begin(), true);
		}
		assertThat(this.timelines.newestFirst()).doesNotContainAnyElementsOf(kept);
		assertThat(this.timelines.used()).isLessThanOrEqualTo(MAX);
	}

	@Test
	void workThatNeverEndsIsGivenUp() {
		Timeline first = begin();
		for (int i = 0; i < 5000; i++) {
			begin();
		}
		assertThat(first.isGone()).isTrue();
		assertThat(this.timelines.used()).isLessThanOrEqualTo(MAX);
		end(first, false);
		assertThat(this.timelines.newestFirst()).doesNotContain(first);
	}

	@Test
	void whatNeverBeginsTakesNothing() {
		for (int i = 0; i < 100; i++) {
			Timeline timeline = this.timelines.prepare(Kind.REQUEST, "request", Instant.EPOCH);
			timeline.add(line("text"));
			timeline.span(null, "http.server.requests");
		}
		assertThat(this.timelines.used()).isZero();
	}

	@Test
	void whatFollowsTheEndIsAdded() {
		Timeline timeline = begin();
		end(timeline, false);
		timeline.add(line("later"));
		assertThat(timeline.snapshot().lines()).extracting(LogLine::text).containsExactly("later");
		assertThat(this.timelines.used()).isEqualTo(timeline.weight());
	}

}
