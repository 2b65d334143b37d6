package dev.cairn.spring.tracing;

import com.mongodb.ConnectionString;
import com.mongodb.ContextProvider;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.RequestContext;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.SynchronousContextProvider;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for clients of MongoDB, over real connections.
 */
class MongoClientTests {

	private static final MongoServer server = new MongoServer(new MemoryBackend());

	private static String url;

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		url = server.bindAndGetConnectionString();
		application = start("cairn.tracing.instrument=mongodb");
	}

	private static RunningApplication start(String property) {
		return RunningApplication.startWithoutWeb(Application.class, property, "mongo.url=" + url,
				"management.tracing.sampling.probability=1");
	}

	@AfterAll
	static void stop() {
		application.close();
		server.shutdownNow();
	}

	@Test
	void aCommandIsASpan() {
		RecordedSpans spans = application.bean(RecordedSpans.class);
		Observation parent = Observation.start("parent", application.bean(ObservationRegistry.class));
		MongoCollection<Document> orders = application.bean(MongoClient.class)
			.getDatabase("shop")
			.getCollection("orders");
		parent.scoped(() -> {
			orders.insertOne(new Document("customer", "ann"));
			assertThat(orders.find().first()).containsEntry("customer", "ann");
		});
		parent.stop();
		SpanData insert = spans.only("orders.insert");
		assertThat(insert.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(insert.getParentSpanId()).isEqualTo(spans.only("parent").getSpanId());
		assertThat(RecordedSpans.tag(insert, "db.system")).isEqualTo("mongodb");
		assertThat(spans.only("orders.find").getParentSpanId()).isEqualTo(insert.getParentSpanId());
		assertThat(spans.all().toString()).doesNotContain("ann");
	}

	@Test
	void aFailedCommandMarksItsSpan() {
		Observation parent = Observation.start("failed", application.bean(ObservationRegistry.class));
		parent.scoped(() -> assertThatExceptionOfType(MongoCommandException.class)
			.isThrownBy(() -> application.bean(MongoClient.class)
				.getDatabase("shop")
				.runCommand(new Document("noCommand", 1))));
		parent.stop();
		assertThat(application.bean(RecordedSpans.class).all())
			.anySatisfy((span) -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
	}

	@Test
	void anObservationHandlerMayUseTheClient() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(HandlerApplication.class,
				"cairn.tracing.instrument=mongodb", "mongo.url=" + url, "management.tracing.sampling.probability=1")) {
			Observation.start("parent", other.bean(ObservationRegistry.class))
				.scoped(() -> other.bean(MongoClient.class)
					.getDatabase("shop")
					.getCollection("audited")
					.insertOne(new Document("customer", "ann")));
			assertThat(other.bean(RecordedSpans.class).only("audited.insert").getKind()).isEqualTo(SpanKind.CLIENT);
		}
	}

	@Test
	void aCommandOfTheClientOfSpringBootIsASpan() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(BootApplication.class,
				"cairn.tracing.instrument=mongodb", "spring.mongodb.uri=" + url,
				"management.tracing.sampling.probability=1")) {
			assertThat(other.context().getBeanDefinitionNames()).contains("mongoClientSettings");
			Observation.createNotStarted("parent", other.bean(ObservationRegistry.class))
				.observe(() -> other.bean(MongoClient.class)
					.getDatabase("shop")
					.getCollection("parcels")
					.insertOne(new Document("customer", "ann")));
			RecordedSpans spans = other.bean(RecordedSpans.class);
			SpanData insert = spans.only("parcels.insert");
			assertThat(insert.getKind()).isEqualTo(SpanKind.CLIENT);
			assertThat(insert.getParentSpanId()).isEqualTo(spans.only("parent").getSpanId());
		}
	}

	@Test
	void settingsOfTheApplicationAreKept() {
		try (RunningApplication other = start("cairn.tracing.instrument=http")) {
			assertThat(other.bean(MongoClientSettings.class).getCommandListeners()).isEmpty();
		}
		ContextProvider own = new OwnContextProvider();
		MongoClientSettings settings = MongoClientSettings.builder().contextProvider(own).build();
		assertThat(MongoCommands.observed(settings, ObservationRegistry.create())).isSameAs(settings);
	}

	/** Has no context. */
	static class OwnContextProvider implements SynchronousContextProvider {

		@Override
		public RequestContext getContext() {
			throw new UnsupportedOperationException();
		}

	}

	/** Depends on the client, and uses it when it is created. */
	static class AuditHandler implements ObservationHandler<Observation.Context> {

		AuditHandler(MongoClient client) {
			client.getDatabase("shop").getCollection("started").insertOne(new Document("handler", 1));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RecordedSpans.class)
	static class BootApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(AuditHandler.class)
	static class HandlerApplication extends Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RecordedSpans.class)
	static class Application {

		@Bean
		MongoClientSettings settings(Environment environment) {
			return MongoClientSettings.builder()
				.applyConnectionString(new ConnectionString(environment.getRequiredProperty("mongo.url")))
				.build();
		}

		@Bean
		MongoClient client(MongoClientSettings settings) {
			return MongoClients.create(settings);
		}

	}

}
