package dev.cairn.collector;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.cairn.CairnVisitors;
import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import org.jspecify.annotations.Nullable;

/**
 * The collector over HTTP, independent of the web stack: admits the sender before the
 * body is read, decodes the body, receives its messages, and answers for each of them.
 * Thread-safe.
 */
final class Collector {

	private static final String SENT_AT = "X-Cairn-Sent-At";

	private final Access access;

	private final Body body;

	private final JsonReader json;

	private final Receiver receiver;

	private final CairnVisitors visitors;

	private final Semaphore places;

	private final InstantSource clock;

	Collector(Access access, Body body, JsonReader json, Receiver receiver, CairnVisitors visitors, int maxRequests,
			InstantSource clock) {
		this.access = access;
		this.body = body;
		this.json = json;
		this.receiver = receiver;
		this.visitors = visitors;
		this.places = new Semaphore(maxRequests);
		this.clock = clock;
	}

	/** Returns the answer to the question of a browser, or {@code null} without one. */
	@Nullable Answer preflight(CollectorRequest request) {
		String origin = request.header("Origin");
		if (!"OPTIONS".equals(request.method()) || origin == null) {
			return null;
		}
		try {
			this.access.checkOrigin(request);
			return Answer.preflight().forOrigin(origin);
		}
		catch (RefusedException ex) {
			return Answer.refused(ex);
		}
	}

	/**
	 * Admits a request, before its body is read.
	 * @throws RefusedException if it is refused, which is counted
	 */
	Admission admit(CollectorRequest request) throws RefusedException {
		if (!"POST".equals(request.method())) {
			throw new RefusedException(405, "the method must be POST");
		}
		try {
			CollectorKey key = this.access.admit(request);
			Instant now = this.clock.instant();
			// Browsers cannot set headers when a page is left
			String sentAt = request.header(SENT_AT);
			boolean fromBrowser = request.header("Origin") != null;
			Sender sender = new Sender(key, now, skew((sentAt != null) ? sentAt : request.parameter("sent_at"), now),
					fromBrowser || !key.origins().isEmpty(), fromBrowser ? this.visitors.visitorFields() : Map.of());
			return new Admission(request, sender, Decoder.of(request, this.json), takePlace());
		}
		catch (RefusedException ex) {
			this.receiver.refused(ex);
			throw ex;
		}
	}

	private static @Nullable Duration skew(@Nullable String sentAt, Instant now) throws RefusedException {
		try {
			return (sentAt != null)
					? Duration.between(Message.checkTimestamp(OffsetDateTime.parse(sentAt).toInstant()), now) : null;
		}
		catch (DateTimeException | IllegalArgumentException ex) {
			throw new RefusedException(SENT_AT, "must be a time of RFC 3339, such as 2026-01-31T23:59:59.000001Z");
		}
	}

	/** The threads of the web server are those of the users' requests as well. */
	private Runnable takePlace() throws RefusedException {
		if (!this.places.tryAcquire()) {
			throw RefusedException.forNow(503, "too many requests at the same time", DropReason.OVERFLOW, 1);
		}
		AtomicBoolean taken = new AtomicBoolean(true);
		return () -> {
			if (taken.getAndSet(false)) {
				this.places.release();
			}
		};
	}

	Body body() {
		return this.body;
	}

	/** Receives the body of a request that was admitted. */
	CompletableFuture<Answer> receive(Admission admission, byte[] sent) {
		try {
			byte[] decoded = this.body.decode(sent, admission.request().header("Content-Encoding"));
			List<Received> messages = admission.decoder().decode(admission.request(), decoded);
			return answer(admission, messages);
		}
		catch (RefusedException ex) {
			return CompletableFuture.completedFuture(refuse(admission, ex));
		}
	}

	private CompletableFuture<Answer> answer(Admission admission, List<Received> messages) {
		try {
			List<CompletableFuture<Verdict>> verdicts = this.receiver.receive(messages, admission.sender());
			return CompletableFuture.allOf(verdicts.toArray(CompletableFuture[]::new))
				.thenApply((done) -> Answer.of(verdicts.stream().map(CompletableFuture::join).toList())
					.forOrigin(admission.request().header("Origin")));
		}
		catch (RefusedException ex) {
			return CompletableFuture
				.completedFuture(Answer.refused(ex).forOrigin(admission.request().header("Origin")));
		}
	}

	/** Refuses a request that was admitted. */
	Answer refuse(Admission admission, RefusedException refusal) {
		this.receiver.refused(refusal);
		return Answer.refused(refusal).forOrigin(admission.request().header("Origin"));
	}

}
