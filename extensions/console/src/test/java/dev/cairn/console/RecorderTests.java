package dev.cairn.console;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.Origin;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.delivery.Accounts;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.web.request.RequestFacts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages that the collector receives from other processes.
 */
class RecorderTests {

	private static final Origin HERE = new Origin("shop", null, null, "host", 1);

	private static final Origin ELSEWHERE = new Origin("stock", null, null, "host", 2);

	private static final long MAX = 1024 * 1024;

	private static final InstantSource CLOCK = InstantSource.system();

	private static final ApplicationFrames FRAMES = ApplicationFrames.DEFAULT;

	private final List<String> failures = new ArrayList<>();

	private final Extensions extensions = new Extensions(this.failures::add, (text) -> text);

	private final Timelines timelines = new Timelines(MAX);

	private final RequestFigures figures = new RequestFigures(CLOCK);

	private final EventCounts events = new EventCounts(CLOCK);

	private final IncidentGroups groups = new IncidentGroups(FRAMES, CLOCK);

	private final Recorder recorder = new Recorder(this.timelines, this.figures, this.events, this.groups,
			new Incidents(Incidents.Options.DEFAULT, FRAMES), Duration.ofMinutes(1), HERE);

	private final Signals signals = new Signals(List.of(this.recorder), CLOCK, this.extensions, Trace.Source.NONE);

	@AfterEach
	void nothingHasFailed() {
		assertThat(this.failures).isEmpty();
	}

	/** Receives a message in a request of the collector. */
	private Message receive(Origin origin, Trace trace, String payload) {
		UnitOfWork request = request("POST /cairn/events", true);
		Message message = message(origin, trace, payload);
		this.recorder.published(message, true, request);
		end(request);
		return message;
	}

	private UnitOfWork request(String name, boolean excluded) {
		UnitOfWork request = this.signals.prepare(UnitOfWork.Kind.REQUEST, name, (header) -> null);
		if (excluded) {
			request.set(RequestFacts.EXCLUDED, true);
		}
		request.begin(null);
		return request;
	}

	private static void end(UnitOfWork request) {
		request.end(UnitOfWork.Outcome.SUCCESS);
	}

	private static Message message(Origin origin, Trace trace, String payload) {
		return new Message(Message.newId(Instant.now()), "stock.reserved", Instant.now(), origin.service(),
				Severity.INFORMATIONAL, payload, Map.of(), origin, trace, null, false, null, null);
	}

	private List<String> heldIds() {
		return this.timelines.newestFirst()
			.stream()
			.flatMap((each) -> each.snapshot().published().stream())
			.map((each) -> each.message().id())
			.toList();
	}

	private List<String> heldRequests() {
		return this.timelines.newestFirst()
			.stream()
			.filter((each) -> each.kind != null)
			.map((each) -> each.name)
			.toList();
	}

	private JsonNode find(String id) {
		Views views = new Views(FRAMES, Duration.ofMinutes(1), "", null);
		LiveFigures live = new LiveFigures(this.timelines, this.figures, this.events, this.groups, new Accounts(),
				new Streams(1), CLOCK);
		OtherEndpoints none = new OtherEndpoints(() -> List::of);
		Answer answer = new ConsoleApi(this.timelines, this.events, this.groups, live, views, Redactor.DEFAULT, HERE,
				getClass().getClassLoader(), none, this.extensions, null)
			.answer(new ConsoleRequest("GET", "/api/find", Map.of("id", List.of(id)), null, null, () -> null));
		return Running.parse(new String(answer.body(), StandardCharsets.UTF_8));
	}

	@Test
	void aMessageOfAnotherProcessIsFoundByItsTraceAndItsId() {
		Trace trace = Trace.begin(true);
		Message first = receive(ELSEWHERE, trace, "");
		Message second = receive(ELSEWHERE, trace, "");
		receive(ELSEWHERE, Trace.begin(true), "");
		JsonNode found = find(trace.traceId());
		assertThat(found.path("requests")).isEmpty();
		assertThat(found.path("published").valueStream()).extracting((each) -> each.path("id").asString())
			.containsExactly(second.id(), first.id());
		assertThat(find(first.id()).path("published")).hasSize(1);
	}

	/** As over UDP. */
	@Test
	void aMessageOfAnotherProcessIsHeldWithoutARequest() {
		Message message = message(ELSEWHERE, Trace.begin(true), "");
		this.recorder.published(message, true, null);
		assertThat(heldIds()).containsExactly(message.id());
	}

	@Test
	void aRequestOfTheCollectorIsNotRecorded() {
		receive(HERE, Trace.begin(true), "");
		assertThat(this.timelines.newestFirst()).isEmpty();
		assertThat(this.timelines.used()).isZero();
		Message foreign = receive(ELSEWHERE, Trace.begin(true), "");
		assertThat(heldIds()).containsExactly(foreign.id());
		assertThat(heldRequests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 100, 3_000, 200_000 })
	void messagesOfOtherProcessesAreBounded(int length) {
		String last = "";
		for (int i = 0; i < 2000; i++) {
			last = receive(ELSEWHERE, Trace.begin(true), "x".repeat(length)).id();
			assertThat(this.timelines.used()).isLessThanOrEqualTo(MAX);
		}
		assertThat(this.timelines.evicted()).isPositive();
		assertThat(this.timelines.newestFirst().stream().mapToLong(Timeline::weight).sum())
			.isEqualTo(this.timelines.used());
		if (length < MAX / 8) {
			assertThat(heldIds().get(0)).isEqualTo(last);
		}
	}

	@Test
	void messagesOfOtherProcessesDoNotDisplaceRequests() {
		for (int i = 0; i < 500; i++) {
			end(request("request " + i, false));
		}
		List<String> before = heldRequests();
		assertThat(before).hasSize(500);
		for (int i = 0; i < 20_000; i++) {
			receive(ELSEWHERE, Trace.begin(true), "x".repeat(100));
		}
		assertThat(this.timelines.evicted()).isPositive();
		assertThat(heldRequests()).isEqualTo(before);
	}

	@Test
	void requestsDoNotDisplaceTheMessagesOfOtherProcesses() {
		List<String> received = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			received.add(receive(ELSEWHERE, Trace.begin(true), "x".repeat(100)).id());
		}
		for (int i = 0; i < 5000; i++) {
			end(request("request", false));
		}
		assertThat(this.timelines.evicted()).isPositive();
		assertThat(heldIds()).containsExactlyInAnyOrderElementsOf(received);
	}

	/** Each has its share, even if all are busy, slow and failed requests included. */
	@Test
	void eachHasItsShare() {
		for (int i = 0; i < 5000; i++) {
			UnitOfWork failed = request("failed", false);
			failed.end(UnitOfWork.Outcome.FAILURE);
			end(request("ordinary", false));
			receive(ELSEWHERE, Trace.begin(true), "x".repeat(100));
		}
		long requests = weight(true);
		long received = weight(false);
		assertThat(requests + received).isEqualTo(this.timelines.used()).isLessThanOrEqualTo(MAX);
		assertThat(received).isBetween(MAX / 4 - 10_000, MAX / 4 + 10_000);
		assertThat(requests).isBetween(MAX / 4 * 3 - 10_000, MAX / 4 * 3 + 10_000);
		assertThat(heldRequests()).filteredOn("failed"::equals).hasSizeGreaterThan(100);
		assertThat(heldRequests()).filteredOn("ordinary"::equals).hasSizeGreaterThan(100);
	}

	private long weight(boolean ofRequests) {
		return this.timelines.newestFirst()
			.stream()
			.filter((each) -> (each.kind != null) == ofRequests)
			.mapToLong(Timeline::weight)
			.sum();
	}

}
