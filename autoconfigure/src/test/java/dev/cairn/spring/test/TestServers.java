package dev.cairn.spring.test;

import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Chooses one of the servers on the class path of the tests. An application has Tomcat,
 * and Netty if it is reactive, unless it has the property {@code test.server}. It has a
 * client of MongoDB if it has the property {@code spring.mongodb.uri}.
 */
public final class TestServers implements AutoConfigurationImportFilter, EnvironmentAware {

	/** The property of an application with Tomcat, also if it is reactive. */
	public static final String TOMCAT = "test.server=tomcat";

	/** The property of an application with Jetty. */
	public static final String JETTY = "test.server=jetty";

	/** The property of a reactive application with Netty. */
	public static final String NETTY = "test.server=reactor.netty";

	private static final List<String> SERVERS = List.of("tomcat", "jetty", "reactor.netty");

	private static final String MONGODB = "org.springframework.boot.mongodb.";

	private List<String> unwanted = List.of();

	@Override
	public void setEnvironment(Environment environment) {
		String wanted = environment.getProperty("test.server");
		Stream<String> servers = SERVERS.stream()
			.filter((server) -> (wanted != null) ? !server.equals(wanted) : server.equals("jetty"))
			.map((server) -> "org.springframework.boot." + server + ".");
		boolean mongodb = environment.containsProperty("spring.mongodb.uri");
		this.unwanted = Stream.concat(servers, mongodb ? Stream.empty() : Stream.of(MONGODB)).toList();
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[autoConfigurations.length];
		for (int i = 0; i < matches.length; i++) {
			String name = autoConfigurations[i];
			matches[i] = name == null || this.unwanted.stream().noneMatch(name::startsWith);
		}
		return matches;
	}

}
