package dev.cairn.events;

import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the call site of an event.
 */
class CallSiteTests {

	private Publishing publishing = new Publishing((builder) -> builder);

	@AfterEach
	void close() {
		this.publishing.close();
	}

	@Test
	void addsTheLineThatHasPublished() {
		this.publishing.cairn.event("order.placed").callSite().publish();
		assertThat(site()).containsEntry("class", CallSiteTests.class.getName())
			.containsEntry("method", "addsTheLineThatHasPublished")
			.containsEntry("file", "CallSiteTests.java")
			.hasEntrySatisfying("line", (line) -> assertThat((Integer) line).isPositive());
	}

	@Test
	void addsNothingUnlessConfigured() {
		this.publishing.cairn.event("order.placed", Map.of("a", 1));
		assertThat(site()).isNull();
	}

	@Test
	void addsItToEveryEventWhereThatIsConfigured() {
		this.publishing = new Publishing((builder) -> builder.callSites(true, ApplicationFrames.DEFAULT::contains));
		this.publishing.cairn.publish(new Happened(1));
		assertThat(site()).containsEntry("method", "addsItToEveryEventWhereThatIsConfigured");
	}

	@Test
	void addsNothingToCairnsOwnMessages() {
		this.publishing = new Publishing((builder) -> builder.callSites(true, ApplicationFrames.DEFAULT::contains));
		this.publishing.cairn.message("http.request").publish();
		assertThat(site()).isNull();
	}

	@Test
	void looksThroughTheCairnOfTheProgram() {
		this.publishing.cairn.install();
		Cairn.get().event("order.placed").callSite().publish();
		assertThat(site()).containsEntry("method", "looksThroughTheCairnOfTheProgram");
	}

	@Test
	void looksForTheApplicationsOwnFrames() {
		this.publishing = new Publishing((builder) -> builder.callSites(false, ApplicationFrames.DEFAULT::contains));
		Runnable$$SpringCGLIB$$0.call(() -> this.publishing.cairn.event("order.placed").callSite().publish());
		assertThat(site()).containsEntry("class", CallSiteTests.class.getName());
	}

	@Test
	void addsNothingWhereNoFrameIsTheApplications() {
		this.publishing = new Publishing((builder) -> builder.callSites(false, (className) -> false));
		assertThat(this.publishing.cairn.event("order.placed").callSite().publish()).isNotNull();
		assertThat(site()).isNull();
	}

	@Test
	void goesOnWhereTheFramesCannotBeRead() {
		this.publishing = new Publishing((builder) -> builder.callSites(false, (className) -> {
			throw new IllegalStateException("no");
		}));
		assertThat(this.publishing.cairn.event("order.placed").callSite().publish()).isNotNull();
		assertThat(this.publishing.ledger.failures()).containsOnlyKeys("the call site");
	}

	@Test
	void theCallsOwnFieldWins() {
		this.publishing.cairn.event("order.placed").callSite().field("call_site", "here").publish();
		assertThat(this.publishing.message().fields()).containsEntry("call_site", "here");
	}

	@Test
	void aFailureThatIsOnlyATextHasItsLine() {
		this.publishing = new Publishing((builder) -> builder);
		this.publishing.cairn.captureMessage("it failed");
		this.publishing.close();
		assertThat(site()).containsEntry("method", "aFailureThatIsOnlyATextHasItsLine");
	}

	@Test
	void aThrowableHasTheLineOfItsReportWhenConfigured() {
		this.publishing.cairn.capture(new IllegalStateException(), (report) -> report.callSite());
		assertThat(site()).containsEntry("method", "aThrowableHasTheLineOfItsReportWhenConfigured");
	}

	@Test
	void aThrowableHasItsLineByItsStack() {
		this.publishing.cairn.capture(new IllegalStateException());
		assertThat(site()).isNull();
	}

	@SuppressWarnings("unchecked")
	private Map<String, Object> site() {
		return (Map<String, Object>) this.publishing.message().fields().get("call_site");
	}

	private record Happened(int n) {
	}

	/** Named as a proxy is. */
	private static final class Runnable$$SpringCGLIB$$0 {

		static void call(Runnable runnable) {
			runnable.run();
		}

	}

}
