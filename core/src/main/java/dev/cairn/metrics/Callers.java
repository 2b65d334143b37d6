package dev.cairn.metrics;

import dev.cairn.ApplicationFrames;

/**
 * Finds the place in the application that calls.
 */
final class Callers {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private final ApplicationFrames frames;

	Callers(ApplicationFrames frames) {
		this.frames = frames;
	}

	/** Returns class, method and line of the nearest frame of the application. */
	String find() {
		return WALKER.walk((stack) -> stack.filter((frame) -> isApplication(frame.getClassName()))
			.findFirst()
			.map((frame) -> frame.toStackTraceElement().toString())
			.orElse("a library"));
	}

	private boolean isApplication(String className) {
		return !ApplicationFrames.isCairn(className) && this.frames.contains(className);
	}

}
