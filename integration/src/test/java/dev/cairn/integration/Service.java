package dev.cairn.integration;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * A running service with Brave, whose messages and spans are kept.
 */
final class Service implements AutoCloseable {

	/** The property of a service without a tracer. */
	static final String WITHOUT_TRACER = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.micrometer.tracing.brave.autoconfigure.BraveAutoConfiguration";

	private final ConfigurableApplicationContext context;

	private Service(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Service start(Class<?> source, String... properties) {
		return start(WebApplicationType.SERVLET, source, properties);
	}

	static Service startWithoutWeb(Class<?> source, String... properties) {
		return start(WebApplicationType.NONE, source, properties);
	}

	static Service startReactive(Class<?> source, String... properties) {
		return start(WebApplicationType.REACTIVE, source, properties);
	}

	private static Service start(WebApplicationType type, Class<?> source, String... properties) {
		return new Service(new SpringApplicationBuilder(source, RecordingConfiguration.class).web(type)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.application.name=shop",
					"management.tracing.sampling.probability=1", "cairn.file.enabled=false",
					"spring.artemis.mode=native", "spring.batch.job.enabled=false")
			.run(Stream.of(properties).map((property) -> "--" + property).toArray(String[]::new)));
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	<T> T bean(String name, Class<T> type) {
		return this.context.getBean(name, type);
	}

	FinishedSpans spans() {
		return bean(FinishedSpans.class);
	}

	List<Message> messages(String type) {
		return bean(MemorySink.class).messages().stream().filter((message) -> message.type().equals(type)).toList();
	}

	void forget() {
		bean(MemorySink.class).clear();
		spans().clear();
	}

	HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
		return getFrom("server", path, headers);
	}

	/** From the server of the application, or that of its {@code management}. */
	HttpResponse<String> getFrom(String server, String path, String... headers)
			throws IOException, InterruptedException {
		String port = this.context.getEnvironment().getRequiredProperty("local." + server + ".port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	static class RecordingConfiguration {

		@Bean(destroyMethod = "")
		MemorySink memorySink(ObjectProvider<Accounts> ledger) {
			return new MemorySink(ledger.getIfAvailable(Accounts::new).channel("memory"), 10_000);
		}

		@Bean
		FinishedSpans finishedSpans() {
			return new FinishedSpans();
		}

	}

}
