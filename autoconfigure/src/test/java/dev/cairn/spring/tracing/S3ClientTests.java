package dev.cairn.spring.tracing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for S3 clients of the AWS SDK, over real connections to a small server.
 */
class S3ClientTests {

	private static HttpServer server;

	private static RunningApplication application;

	@BeforeAll
	static void start() throws IOException {
		server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", S3ClientTests::answer);
		server.start();
		application = start("cairn.tracing.instrument=s3");
	}

	private static RunningApplication start(String property) {
		return RunningApplication.startWithoutWeb(Application.class, property,
				"s3.port=" + server.getAddress().getPort(), "management.tracing.sampling.probability=1");
	}

	private static void answer(HttpExchange exchange) throws IOException {
		boolean missing = exchange.getRequestURI().getPath().contains("missing");
		byte[] body = (missing ? "<Error><Code>NoSuchKey</Code><Message>missing</Message></Error>" : "hi")
			.getBytes(StandardCharsets.UTF_8);
		exchange.sendResponseHeaders(missing ? 404 : 200, body.length);
		exchange.getResponseBody().write(body);
		exchange.close();
	}

	@AfterAll
	static void stop() {
		application.close();
		server.stop(0);
	}

	@BeforeEach
	void forget() {
		application.bean(RecordedSpans.class).clear();
	}

	@Test
	void anOperationIsASpan() {
		Observation parent = Observation.start("parent", application.bean(ObservationRegistry.class));
		parent.scoped(() -> assertThat(application.bean(S3Client.class)
			.getObjectAsBytes((request) -> request.bucket("orders").key("7"))
			.asUtf8String()).isEqualTo("hi"));
		parent.stop();
		SpanData span = application.bean(RecordedSpans.class).only("s3 GetObject");
		assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
		assertThat(RecordedSpans.tag(span, "rpc.method")).isEqualTo("GetObject");
		assertThat(span.getParentSpanId()).isEqualTo(application.bean(RecordedSpans.class).only("parent").getSpanId());
		assertThat(span.toString()).doesNotContain("orders");
	}

	@Test
	void aFailedOperationMarksItsSpan() {
		assertThatExceptionOfType(NoSuchKeyException.class).isThrownBy(() -> application.bean(S3Client.class)
			.getObjectAsBytes((request) -> request.bucket("b").key("missing")));
		assertThat(application.bean(RecordedSpans.class).only("s3 GetObject").getStatus().getStatusCode())
			.isEqualTo(StatusCode.ERROR);
	}

	@Test
	void aMockIsLeftAsItIs() {
		S3Client client = application.bean(S3Client.class);
		Object mock = ClientBeans.proxy(client, DelegatingS3Client.class, MethodInvocation::proceed);
		assertThat(mock).isNotSameAs(client);
		ClientObservations none = new ClientObservations(ObservationRegistry.NOOP, new LateBean<>(() -> {
			throw new IllegalStateException();
		}));
		assertThat(new S3Calls(none).observed(mock)).isSameAs(mock);
	}

	@Test
	void nothingIsChangedUnlessSelected() {
		try (RunningApplication other = start("cairn.tracing.instrument=http")) {
			assertThat(other.bean(S3Client.class).getClass().getSimpleName()).isEqualTo("DefaultS3Client");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RecordedSpans.class)
	static class Application {

		@Bean
		S3Client s3(Environment environment) {
			return S3Client.builder()
				.endpointOverride(URI.create("http://127.0.0.1:" + environment.getProperty("s3.port")))
				.region(Region.EU_CENTRAL_1)
				.credentialsProvider(AnonymousCredentialsProvider.create())
				.forcePathStyle(true)
				.httpClient(UrlConnectionHttpClient.create())
				.build();
		}

	}

}
