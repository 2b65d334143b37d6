package dev.cairn.collector;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import dev.cairn.Cairn;
import dev.cairn.Message;

/**
 * Receives the messages of others: admits the sender, decodes the body, checks each
 * message, and publishes it through {@link Cairn#accept}. Each message has one answer.
 * Thread-safe.
 */
final class Collector {

	private static final Set<String> JSON = Set.of("application/json", "text/plain");

	private final Cairn cairn;

	private final Access access;

	private final JsonReader json;

	private final MessageReader messages;

	private final int maxBody;

	Collector(Cairn cairn, Access access, JsonReader json, MessageReader messages, int maxBody) {
		this.cairn = cairn;
		this.access = access;
		this.json = json;
		this.messages = messages;
		this.maxBody = maxBody;
	}

	int maxBody() {
		return this.maxBody;
	}

	/** Admits a sender, before its body is read. */
	CollectorKey admit(CollectorRequest request) throws RefusedException {
		if (!"POST".equals(request.method())) {
			throw new RefusedException(405, "the method must be POST");
		}
		CollectorKey key = this.access.admit(request);
		if (!JSON.contains(request.contentType())) {
			throw new RefusedException(415, "the media type must be application/json");
		}
		return key;
	}

	/** Receives the body of a sender that was admitted. */
	Answer receive(CollectorRequest request, CollectorKey key, byte[] body) throws RefusedException {
		if (body.length > this.maxBody) {
			throw new RefusedException(413, "the body has more than " + this.maxBody + " bytes");
		}
		List<Verdict> verdicts = new ArrayList<>();
		for (Received received : this.json.read(body, 0, body.length)) {
			verdicts.add(receive(received, key));
		}
		return Answer.of(verdicts);
	}

	private Verdict receive(Received received, CollectorKey key) {
		try {
			Message message = this.messages.read(received, key);
			return this.cairn.accept(message) ? Verdict.accepted(message.id())
					: Verdict.unavailable(message.id(), "no sink has room");
		}
		catch (RefusedException ex) {
			return Verdict.refused((received.values().get("id") instanceof String id) ? id : null, ex);
		}
	}

}
