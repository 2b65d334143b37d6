package dev.cairn.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.cairn.ApplicationFrames;
import dev.cairn.Failure;
import dev.cairn.internal.Text;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * An incident, with the texts and frames of its throwables, which may hold anything of
 * the application.
 *
 * @param nanos when it was reported, as of {@link System#nanoTime()}
 * @param time when it was reported
 * @param errorId the id
 * @param group the kind of failure
 * @param text the description of a failure without a throwable, else empty
 * @param exceptions the throwable and its causes
 */
record Failed(long nanos, Instant time, String errorId, long group, String text, List<Thrown> exceptions) {

	private static final int MAX_CAUSES = 10;

	private static final int MAX_FRAMES = 50;

	private static final int FRAME = 150;

	static Failed of(Failure failure, String errorId, long group, Instant time) {
		List<Thrown> exceptions = new ArrayList<>();
		Throwable thrown = failure.thrown();
		if (thrown != null) {
			for (Throwable each : Throwables.chain(Throwables.unwrap(thrown))) {
				if (exceptions.size() < MAX_CAUSES) {
					exceptions.add(Thrown.of(each));
				}
			}
		}
		return new Failed(System.nanoTime(), time, errorId, group, Text.cut(failure.text(), Timeline.MAX_TEXT),
				exceptions);
	}

	String type() {
		return this.exceptions.isEmpty() ? "" : this.exceptions.get(0).type();
	}

	String message() {
		return this.exceptions.isEmpty() ? this.text : this.exceptions.get(0).message();
	}

	/** Returns the first frame of the application, or else the first one. */
	@Nullable String location(ApplicationFrames application) {
		List<StackTraceElement> frames = this.exceptions.stream().flatMap((each) -> each.frames().stream()).toList();
		return application.first(frames)
			.or(() -> this.exceptions.stream().limit(1).flatMap((each) -> each.frames().stream()).findFirst())
			.map(StackTraceElement::toString)
			.orElse(null);
	}

	int weight() {
		int weight = 2 * Weights.OBJECT + Weights.of(this.text);
		for (Thrown each : this.exceptions) {
			weight += Weights.OBJECT + Weights.of(each.message()) + FRAME * each.frames().size();
		}
		return weight;
	}

	/** A throwable. */
	record Thrown(String type, String message, List<StackTraceElement> frames, int omitted) {

		static Thrown of(Throwable thrown) {
			String message = Throwables.message(thrown);
			StackTraceElement[] frames = Throwables.frames(thrown);
			int held = Math.min(frames.length, MAX_FRAMES);
			return new Thrown(thrown.getClass().getName(),
					Text.cut((message != null) ? message : "", Timeline.MAX_TEXT),
					List.copyOf(Arrays.asList(frames).subList(0, held)), frames.length - held);
		}

	}

}
