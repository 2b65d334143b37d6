package dev.cairn.engine;

import java.lang.StackWalker.StackFrame;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Finds out which line of the application calls.
 */
final class CallSites {

	/** The field that carries the call site. */
	static final String FIELD = "call_site";

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final int MAX_FRAMES = 256;

	private static final String OWN_PACKAGE = "dev.cairn";

	private static final String OWN_INCIDENTS = "dev.cairn.incident.";

	private static final String OWN_ENGINE = "dev.cairn.engine.";

	private final Predicate<String> application;

	CallSites(Predicate<String> application) {
		this.application = application;
	}

	/**
	 * Return class, method, file and line of the nearest frame of the application;
	 * {@code null} when there is none.
	 */
	@Nullable Map<String, Object> find() {
		StackFrame frame = WALKER.walk((frames) -> frames.limit(MAX_FRAMES)
			.filter((candidate) -> isApplication(candidate.getClassName()))
			.findFirst()
			.orElse(null));
		return (frame != null) ? describe(frame) : null;
	}

	private boolean isApplication(String className) {
		return !isOwn(className) && this.application.test(className);
	}

	private static boolean isOwn(String className) {
		return (className.startsWith(OWN_PACKAGE) && className.lastIndexOf('.') == OWN_PACKAGE.length())
				|| className.startsWith(OWN_ENGINE) || className.startsWith(OWN_INCIDENTS);
	}

	private static Map<String, Object> describe(StackFrame frame) {
		Map<String, Object> site = new LinkedHashMap<>();
		site.put("class", frame.getClassName());
		site.put("method", frame.getMethodName());
		if (frame.getFileName() != null) {
			site.put("file", frame.getFileName());
		}
		if (frame.getLineNumber() >= 0) {
			site.put("line", frame.getLineNumber());
		}
		return site;
	}

}
