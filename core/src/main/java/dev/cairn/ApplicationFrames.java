package dev.cairn;

import java.util.List;

/**
 * Tells the application's own classes from those of the JDK and of libraries. Immutable.
 */
public final class ApplicationFrames {

	/** Takes all classes but those of the JDK and of well-known frameworks. */
	public static final ApplicationFrames DEFAULT = new ApplicationFrames(List.of());

	private static final List<String> FOREIGN = List.of("java.", "javax.", "jdk.", "sun.", "com.sun.", "jakarta.",
			"kotlin.", "scala.", "org.springframework.", "org.apache.", "org.hibernate.", "org.aspectj.", "org.slf4j.",
			"ch.qos.logback.", "io.micrometer.", "io.netty.", "io.undertow.", "reactor.", "org.eclipse.jetty.",
			"com.fasterxml.", "tools.jackson.", "com.zaxxer.", "io.sentry.", "org.junit.", "dev.cairn.spring.");

	/** What stands in the names of proxies, which carry the name of the class below. */
	private static final List<String> GENERATED = List.of("$$SpringCGLIB$$", "$$EnhancerBy", "$$FastClassBy",
			"$HibernateProxy$");

	private final List<String> prefixes;

	/**
	 * Create it.
	 * @param packages packages of the application's own classes; empty for the default
	 */
	public ApplicationFrames(List<String> packages) {
		this.prefixes = packages.stream().filter((name) -> !name.isEmpty()).map((name) -> name + ".").toList();
	}

	/**
	 * Whether a class is the application's own.
	 * @param className its full name
	 * @return {@code true} when it stands in one of the packages and was not generated
	 */
	public boolean contains(String className) {
		boolean own = this.prefixes.isEmpty() ? !startsWithAny(className, FOREIGN)
				: startsWithAny(className, this.prefixes);
		return own && !isGenerated(className);
	}

	private static boolean isGenerated(String className) {
		for (int i = 0; i < GENERATED.size(); i++) {
			if (className.contains(GENERATED.get(i))) {
				return true;
			}
		}
		return false;
	}

	/** No stream: this is asked for every frame of every failure. */
	private static boolean startsWithAny(String className, List<String> prefixes) {
		for (int i = 0; i < prefixes.size(); i++) {
			if (className.startsWith(prefixes.get(i))) {
				return true;
			}
		}
		return false;
	}

}
