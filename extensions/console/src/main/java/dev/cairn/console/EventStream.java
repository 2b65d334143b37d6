package dev.cairn.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The server-sent events of one stream. Not thread-safe.
 */
final class EventStream {

	static final Duration PAUSE = Duration.ofSeconds(1);

	static final byte[] BYE = "event: bye\ndata: {}\n\n".getBytes(StandardCharsets.US_ASCII);

	static final Answer NO_ROOM = Answer.error(503, "There are too many streams, or the application is stopping");

	/** Nothing on the way may hold the events back. */
	static final Map<String, String> HEADERS = headers();

	private static final byte[] RETRY = "retry: 3000\n".getBytes(StandardCharsets.US_ASCII);

	private final Supplier<byte[]> figures;

	private final long since = System.nanoTime();

	private long number;

	EventStream(Supplier<byte[]> figures) {
		this.figures = figures;
	}

	private static Map<String, String> headers() {
		Map<String, String> headers = new LinkedHashMap<>(Answer.SAFE);
		headers.put(Answer.CONTENT_TYPE, "text/event-stream;charset=UTF-8");
		headers.put("Cache-Control", "no-store");
		headers.put("X-Accel-Buffering", "no");
		return headers;
	}

	byte[] next() {
		ByteArrayOutputStream event = new ByteArrayOutputStream();
		if (this.number == 0) {
			event.writeBytes(RETRY);
		}
		this.number++;
		event.writeBytes(("id: " + this.number + "\nevent: live\ndata: ").getBytes(StandardCharsets.US_ASCII));
		event.writeBytes(this.figures.get());
		event.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
		return event.toByteArray();
	}

	/** Returns whether the browser has to connect again, for example with a new login. */
	boolean isOver() {
		return System.nanoTime() - this.since > Streams.LONGEST.toNanos();
	}

}
