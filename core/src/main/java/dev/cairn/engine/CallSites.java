package dev.cairn.engine;

import java.lang.StackWalker.StackFrame;
import java.util.Map;
import java.util.function.Predicate;

import dev.cairn.ApplicationFrames;
import dev.cairn.MessageFields;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Throwables;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line of the application that has called Cairn.
 */
final class CallSites {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final int MAX_FRAMES = 256;

	private final Predicate<String> application;

	CallSites(Predicate<String> application) {
		this.application = application;
	}

	/** Adds the line of the application that has called, unless the field is set. */
	void addTo(EventValues event, Extensions extensions) {
		Map<String, Object> site = extensions.get("the call site", this::find);
		if (site != null) {
			event.fields.addIfAbsent(MessageFields.CALL_SITE, site);
		}
	}

	/** Returns class, method, file and line of the nearest frame of the application. */
	private @Nullable Map<String, Object> find() {
		StackFrame frame = WALKER.walk((frames) -> frames.limit(MAX_FRAMES)
			.filter((candidate) -> isApplication(candidate.getClassName()))
			.findFirst()
			.orElse(null));
		return (frame != null) ? Throwables.callSite(frame) : null;
	}

	private boolean isApplication(String className) {
		return !ApplicationFrames.isCairn(className) && this.application.test(className);
	}

}
