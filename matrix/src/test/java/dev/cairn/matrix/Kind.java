package dev.cairn.matrix;

import java.util.Set;

/**
 * The kinds of applications.
 */
enum Kind {

	MVC("Spring MVC on Tomcat", "WebApplication", 143, Library.MVC, Library.SERVLET, Library.TOMCAT, Library.LOGBACK),

	JETTY("Spring MVC on Jetty", "WebApplication", 143, Library.MVC, Library.SERVLET, Library.JETTY, Library.LOGBACK),

	WAR("Spring MVC as a WAR in Tomcat", "WarServer", 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOGBACK),

	LOG4J("Spring MVC with Log4j2", "WebApplication", 143, Library.MVC, Library.SERVLET, Library.TOMCAT, Library.LOG4J),

	SECURITY("Spring MVC with Spring Security", "WebApplication", 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOGBACK, Library.SECURITY),

	AHEAD_OF_TIME("Spring MVC, processed ahead of time", "WebApplication", 143, Library.MVC, Library.SERVLET,
			Library.TOMCAT, Library.LOGBACK),

	KOTLIN("Spring MVC in Kotlin, with suspend functions", "KotlinApplicationKt", 143, Library.MVC, Library.SERVLET,
			Library.TOMCAT, Library.LOGBACK, Library.KOTLIN, Library.REACTOR),

	WEBFLUX("WebFlux on Netty", "WebApplication", 143, Library.WEBFLUX, Library.REACTOR, Library.LOGBACK),

	RUNNER("`ApplicationRunner`", "RunnerApplication", 1, Library.LOGBACK),

	LISTENER("Kafka listener", "ListenerApplication", 143, Library.KAFKA, Library.TRANSACTIONS, Library.LOGBACK),

	BATCH("Spring Batch", "BatchApplication", 5, Library.BATCH, Library.TRANSACTIONS, Library.LOGBACK);

	private final String title;

	private final String main;

	private final int exitCode;

	private final Set<Library> libraries;

	Kind(String title, String main, int exitCode, Library... libraries) {
		this.title = title;
		this.main = main;
		this.exitCode = exitCode;
		this.libraries = Set.of(libraries);
	}

	String title() {
		return this.title;
	}

	/** Returns the main class. */
	String main() {
		return "dev.cairn.matrix.app." + this.main;
	}

	/** The one that it has without Cairn. */
	int exitCode() {
		return this.exitCode;
	}

	/** Those that it has without Cairn. */
	Set<Library> libraries() {
		return this.libraries;
	}

	boolean isWeb() {
		return this.libraries.contains(Library.MVC) || this.libraries.contains(Library.WEBFLUX);
	}

}
