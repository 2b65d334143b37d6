package dev.cairn.spring.tracing;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Something whose calls become spans: by properties of Boot, and by a library that Boot
 * uses if it is present.
 */
enum Instrument {

	/** All of them. */
	ALL(List.of(), null),

	/** RestClient, RestTemplate and WebClient, and clients that are beans. */
	HTTP(List.of(),
			new Library("the HTTP clients of Spring", "org.springframework.web.client.RestClient",
					"org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration",
					"org.springframework.boot:spring-boot-starter-restclient")),

	/** Connections, statements and transactions of data sources. */
	JDBC(List.of(),
			new Library("JDBC", "org.springframework.jdbc.core.JdbcTemplate",
					"net.ttddyy.observation.boot.autoconfigure.DataSourceObservationAutoConfiguration",
					"net.ttddyy.observation:datasource-micrometer-spring-boot:2.0.1")),

	/** Statements of reactive connections. */
	R2DBC(List.of(),
			new Library("R2DBC", "org.springframework.r2dbc.core.DatabaseClient",
					"io.r2dbc.proxy.ProxyConnectionFactory", "io.r2dbc:r2dbc-proxy")),

	/** Commands of Lettuce, and of Jedis below Spring Data. */
	REDIS(List.of(), null),

	/** Commands of clients with the settings that are a bean, as Boot's are. */
	MONGODB(List.of(),
			new Library("MongoDB", "com.mongodb.MongoClientSettings",
					"org.springframework.data.mongodb.observability.MongoObservationCommandListener",
					"org.springframework.data:spring-data-mongodb")),

	/** Operations of S3 clients that are beans. */
	S3(List.of(), null),

	/** Records that a template sends and a listener receives. */
	KAFKA(List.of("spring.kafka.template.observation-enabled", "spring.kafka.listener.observation-enabled"), null),

	/** Messages that a template sends and a listener receives. */
	RABBIT(List.of("spring.rabbitmq.template.observation-enabled",
			"spring.rabbitmq.listener.simple.observation-enabled",
			"spring.rabbitmq.listener.direct.observation-enabled",
			"spring.rabbitmq.listener.stream.observation-enabled"), null),

	/** Messages that a template sends and a listener receives. */
	JMS(List.of(),
			new Library("JMS", "org.springframework.jms.core.JmsTemplate",
					"io.micrometer.jakarta9.instrument.jms.JmsInstrumentation", "io.micrometer:micrometer-jakarta9")),

	/** Calls of asynchronous methods. */
	ASYNC(List.of(), null),

	/** Operations of Spring Cache. */
	CACHE(List.of(), null),

	/** Calls of repositories of Spring Data. */
	DATA(List.of(), null),

	/** Runs of scheduled methods. */
	SCHEDULED(List.of(), null);

	private final List<String> properties;

	private final @Nullable Library library;

	Instrument(List<String> properties, @Nullable Library library) {
		this.properties = properties;
		this.library = library;
	}

	static Set<Instrument> expand(Collection<Instrument> selected) {
		if (selected.contains(ALL)) {
			return EnumSet.complementOf(EnumSet.of(ALL));
		}
		return selected.isEmpty() ? Set.of() : EnumSet.copyOf(selected);
	}

	/** Returns the selected ones; other names fail the start when they are bound. */
	static Set<Instrument> select(Collection<String> names) {
		return expand(Arrays.stream(values())
			.filter((one) -> names.stream().anyMatch(one.name()::equalsIgnoreCase))
			.toList());
	}

	/** Returns those that {@code cairn.tracing.instrument} selects. */
	static Set<Instrument> select(Environment environment) {
		return select(Binder.get(environment)
			.bind("cairn.tracing.instrument", Bindable.listOf(String.class))
			.orElseGet(List::of));
	}

	/** Returns Boot's properties that switch it on. */
	List<String> properties() {
		return this.properties;
	}

	@Nullable Library library() {
		return this.library;
	}

	/**
	 * A library that is required.
	 *
	 * @param spans what has no spans without it
	 * @param user a class that is present if the application uses the technology
	 * @param required a class of the library
	 * @param coordinates the group and the artifact of the library, and the version that
	 * is tested if Boot does not manage it
	 */
	record Library(String spans, String user, String required, String coordinates) {
	}

}
