package dev.cairn.matrix;

import java.util.Set;

import dev.cairn.matrix.app.BatchApplication;
import dev.cairn.matrix.app.ListenerApplication;
import dev.cairn.matrix.app.RunnerApplication;
import dev.cairn.matrix.app.WarServer;
import dev.cairn.matrix.app.WebApplication;

/**
 * The kinds of applications.
 */
enum Kind {

	MVC("Spring MVC on Tomcat", WebApplication.class, 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOGBACK),

	JETTY("Spring MVC on Jetty", WebApplication.class, 143, Library.MVC, Library.SERVLET, Library.JETTY,
			Library.LOGBACK),

	WAR("Spring MVC as a WAR in Tomcat", WarServer.class, 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOGBACK),

	LOG4J("Spring MVC with Log4j2", WebApplication.class, 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOG4J),

	SECURITY("Spring MVC with Spring Security", WebApplication.class, 143, Library.MVC, Library.SERVLET, Library.TOMCAT,
			Library.LOGBACK, Library.SECURITY),

	AHEAD_OF_TIME("Spring MVC, processed ahead of time", WebApplication.class, 143, Library.MVC, Library.SERVLET,
			Library.TOMCAT, Library.LOGBACK),

	WEBFLUX("WebFlux on Netty", WebApplication.class, 143, Library.WEBFLUX, Library.LOGBACK),

	RUNNER("`ApplicationRunner`", RunnerApplication.class, 1, Library.LOGBACK),

	LISTENER("Kafka listener", ListenerApplication.class, 143, Library.LOGBACK),

	BATCH("Spring Batch", BatchApplication.class, 5, Library.BATCH, Library.LOGBACK);

	private final String title;

	private final Class<?> main;

	private final int exitCode;

	private final Set<Library> libraries;

	Kind(String title, Class<?> main, int exitCode, Library... libraries) {
		this.title = title;
		this.main = main;
		this.exitCode = exitCode;
		this.libraries = Set.of(libraries);
	}

	String title() {
		return this.title;
	}

	Class<?> main() {
		return this.main;
	}

	/** The one that it has without Cairn. */
	int exitCode() {
		return this.exitCode;
	}

	Set<Library> libraries() {
		return this.libraries;
	}

	boolean isWeb() {
		return this.libraries.contains(Library.MVC) || this.libraries.contains(Library.WEBFLUX);
	}

}
