package dev.cairn;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Distinguishes the application's own classes from those of the JDK and of libraries.
 * Immutable.
 */
public final class ApplicationFrames {

	/** Contains all classes but those of the JDK and of well-known frameworks. */
	public static final ApplicationFrames DEFAULT = new ApplicationFrames(List.of());

	private static final String CAIRN = "dev.cairn.";

	private static final Set<String> CAIRN_PACKAGES = Set.of("annotation", "context", "delivery", "encoding", "engine",
			"file", "incident", "internal", "kafka", "metrics", "redaction", "sentry", "spring", "statsd");

	private static final List<String> JDK = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

	private static final List<String> LIBRARIES = List.of("jakarta.", "kotlin.", "scala.", "org.springframework.",
			"org.apache.", "org.hibernate.", "org.aspectj.", "org.aopalliance.", "org.slf4j.", "ch.qos.logback.",
			"io.micrometer.", "io.netty.", "io.undertow.", "reactor.", "org.eclipse.jetty.", "com.fasterxml.",
			"tools.jackson.", "com.zaxxer.", "io.sentry.", "io.opentelemetry.", "zipkin2.", "com.codahale.",
			"org.junit.", "dev.cairn.spring.");

	/** Parts of the names of proxies, which begin with the name of the class below. */
	private static final List<String> GENERATED = List.of("$$SpringCGLIB$$", "$$EnhancerBy", "$$FastClassBy",
			"$HibernateProxy$");

	private final List<String> packages;

	private final List<String> prefixes;

	/**
	 * Creates an instance.
	 * @param packages the packages of the application's own classes; empty for all but
	 * those of the JDK and of well-known frameworks
	 */
	public ApplicationFrames(List<String> packages) {
		this.packages = packages.stream().filter((name) -> !name.isEmpty()).toList();
		this.prefixes = this.packages.stream().map((name) -> name + ".").toList();
	}

	/**
	 * Returns the packages of the application's own classes.
	 * @return the names; empty if all but well-known libraries are the application's own
	 */
	public List<String> packages() {
		return this.packages;
	}

	/**
	 * Returns whether a class is the application's own.
	 * @param className the full name of the class
	 * @return {@code true} if it is in one of the packages and was not generated
	 */
	public boolean contains(String className) {
		boolean own = this.prefixes.isEmpty() ? !isJdk(className) && !startsWithAny(className, LIBRARIES)
				: startsWithAny(className, this.prefixes);
		return own && !isGenerated(className);
	}

	/**
	 * Finds the first frame of the application.
	 * @param frames the frames of a throwable, the one that threw it first
	 * @return the frame, empty if all are those of libraries
	 */
	public Optional<StackTraceElement> first(List<StackTraceElement> frames) {
		return frames.stream().filter((frame) -> contains(frame.getClassName())).findFirst();
	}

	/**
	 * Returns whether a class is part of Cairn, so that it never is the caller of Cairn.
	 * @param className the full name of the class
	 * @return {@code true} if it is in one of Cairn's packages
	 */
	public static boolean isCairn(String className) {
		if (!className.startsWith(CAIRN)) {
			return false;
		}
		int end = className.indexOf('.', CAIRN.length());
		return end < 0 || CAIRN_PACKAGES.contains(className.substring(CAIRN.length(), end));
	}

	/**
	 * Returns whether a class is part of the JDK.
	 * @param className the full name of the class
	 * @return {@code true} if it is in one of the JDK's packages
	 */
	public static boolean isJdk(String className) {
		return startsWithAny(className, JDK);
	}

	/**
	 * Finds the place in the application that calls.
	 * @return class, method and line of the nearest frame of the application, or
	 * {@code a library}
	 */
	public String caller() {
		return StackWalker.getInstance()
			.walk((stack) -> stack.filter((frame) -> !isCairn(frame.getClassName()) && contains(frame.getClassName()))
				.findFirst()
				.map((frame) -> frame.toStackTraceElement().toString())
				.orElse("a library"));
	}

	private static boolean isGenerated(String className) {
		for (int i = 0; i < GENERATED.size(); i++) {
			if (className.contains(GENERATED.get(i))) {
				return true;
			}
		}
		return false;
	}

	/** Loops without a stream, since it is called for every frame of every failure. */
	private static boolean startsWithAny(String className, List<String> prefixes) {
		for (int i = 0; i < prefixes.size(); i++) {
			if (className.startsWith(prefixes.get(i))) {
				return true;
			}
		}
		return false;
	}

}
