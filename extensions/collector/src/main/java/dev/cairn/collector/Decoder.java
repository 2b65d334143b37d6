package dev.cairn.collector;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads the messages of a body in one of the formats.
 */
@FunctionalInterface
interface Decoder {

	/**
	 * Reads the messages.
	 * @param request the request
	 * @param body the body, decompressed
	 * @return the messages, in the order of the body
	 * @throws RefusedException if the body as a whole is refused
	 */
	List<Received> decode(CollectorRequest request, byte[] body) throws RefusedException;

	/**
	 * Chooses the format of a request.
	 * @throws RefusedException if there is no such format
	 */
	static Decoder of(CollectorRequest request, JsonReader json) throws RefusedException {
		if (request.header(CloudEvents.VERSION_HEADER) != null) {
			return new CloudEvents.Binary(json);
		}
		return switch (request.contentType()) {
			// A browser sends text without a question before
			case "application/json", "text/plain", "" -> (facts, body) -> json.read(body, 0, body.length);
			case "application/x-ndjson", "application/jsonl" -> (facts, body) -> lines(json, body);
			case "application/cloudevents+json", "application/cloudevents-batch+json" ->
				(facts, body) -> json.read(body, 0, body.length).stream().map(CloudEvents::toMessage).toList();
			default ->
				throw new RefusedException(415, "the content type must be application/json, application/x-ndjson, "
						+ "text/plain, application/cloudevents+json or application/cloudevents-batch+json");
		};
	}

	/** Reads one message a line. A line that is no JSON does not affect the others. */
	static List<Received> lines(JsonReader json, byte[] body) throws RefusedException {
		List<Received> messages = new ArrayList<>();
		int begin = 0;
		while (begin < body.length) {
			int end = begin;
			while (end < body.length && body[end] != '\n') {
				end++;
			}
			if (!isBlank(body, begin, end)) {
				json.checkNumber(messages.size() + 1);
				messages.add(json.readLine(body, begin, end - begin));
			}
			begin = end + 1;
		}
		if (messages.isEmpty()) {
			throw new RefusedException(400, "the body is empty");
		}
		return messages;
	}

	private static boolean isBlank(byte[] body, int begin, int end) {
		for (int i = begin; i < end; i++) {
			if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
				return false;
			}
		}
		return true;
	}

}
