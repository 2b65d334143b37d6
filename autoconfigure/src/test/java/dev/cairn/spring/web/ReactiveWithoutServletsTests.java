package dev.cairn.spring.web;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Starts reactive applications whose class path has no servlets, or no tracer, and those
 * in which Reactor does not propagate its context. Each has classes of its own, since the
 * hooks of Reactor are those of its classes.
 */
class ReactiveWithoutServletsTests {

	private static final String SERVLETS = "webmvc|servlet|tomcat|spring-security|resttestclient";

	private static final String CAPTURED = "500 one incident, same id, same trace";

	@Test
	void anApplicationWithoutServletsCapturesAllFailures() throws Exception {
		assertThat(run(SERVLETS, "/thrown", "auto")).isEqualTo(CAPTURED);
		assertThat(run(SERVLETS, "/elsewhere", "auto")).isEqualTo(CAPTURED);
		assertThat(run(SERVLETS, "/handled", "auto")).isEqualTo("503 one incident, same id, same trace");
	}

	@Test
	void anApplicationWithoutATracerCapturesAllFailures() throws Exception {
		assertThat(run(SERVLETS + "|tracing|otel|opentelemetry|sentry|micrometer-registry|kafka", "/elsewhere", "auto"))
			.isEqualTo(CAPTURED);
	}

	@Test
	void withoutThePropagationOfReactorUnhandledExceptionsAreCaptured() throws Exception {
		assertThat(run(SERVLETS, "/thrown", "limited")).isEqualTo(CAPTURED);
		assertThat(run(SERVLETS, "/elsewhere", "limited")).isEqualTo(CAPTURED);
	}

	@Test
	void withoutThePropagationOfReactorTheThreadOfTheServerIsInTheRequest() throws Exception {
		assertThat(run(SERVLETS, "/bound", "limited")).isEqualTo("200 no incident {order=7}");
		assertThat(run(SERVLETS, "/handled", "limited")).isEqualTo("503 one incident, same id, same trace");
	}

	@Test
	void theServletsAreReallyMissing() throws Exception {
		try (URLClassLoader loader = loader(SERVLETS)) {
			assertThatExceptionOfType(ClassNotFoundException.class)
				.isThrownBy(() -> loader.loadClass("jakarta.servlet.Servlet"));
		}
	}

	private static Object run(String missing, String path, String propagation) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = loader(missing)) {
			thread.setContextClassLoader(loader);
			return loader.loadClass(Probe.class.getName())
				.getDeclaredMethod("run", String.class, String.class)
				.invoke(null, path, propagation);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URLClassLoader loader(String libraries) throws Exception {
		Pattern missing = Pattern.compile(libraries);
		List<URL> urls = new ArrayList<>();
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			File file = new File(entry);
			if (file.isDirectory() || !missing.matcher(file.getName()).find()) {
				urls.add(file.toURI().toURL());
			}
		}
		return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Runs in the other class loader.
	 */
	public static final class Probe {

		private Probe() {
		}

		/**
		 * Send a request to an application.
		 * @param path the path
		 * @param propagation how Reactor propagates its context
		 * @return what became of it
		 * @throws Exception if the request cannot be sent
		 */
		public static String run(String path, String propagation) throws Exception {
			try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
				.web(WebApplicationType.REACTIVE)
				.run("--server.port=0", "--spring.main.banner-mode=off", "--logging.level.root=off",
						"--spring.application.name=shop", "--cairn.file.enabled=false", "--cairn.shutdown-timeout=50ms",
						"--spring.reactor.context-propagation=" + propagation)) {
				String port = context.getEnvironment().getRequiredProperty("local.server.port");
				HttpResponse<String> response = HttpClient.newHttpClient()
					.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
							BodyHandlers.ofString());
				MemorySink sink = context.getBean(MemorySink.class);
				Awaitility.await()
					.atMost(Duration.ofSeconds(30))
					.until(() -> !messages(sink, Message.TYPE_HTTP_REQUEST).isEmpty());
				String result = response.statusCode() + " " + outcome(response, sink);
				return (response.statusCode() == 200) ? result + " " + response.body() : result;
			}
			finally {
				Schedulers.shutdownNow();
			}
		}

		private static String outcome(HttpResponse<String> response, MemorySink sink) {
			List<Message> incidents = messages(sink, Message.TYPE_EXCEPTION);
			if (incidents.size() != 1) {
				return incidents.isEmpty() ? "no incident" : incidents.size() + " incidents";
			}
			Message incident = incidents.get(0);
			Message request = messages(sink, Message.TYPE_HTTP_REQUEST).get(0);
			Object id = incident.fields().get("error_id");
			boolean sameId = id.equals(request.fields().get("error_id"))
					&& response.headers().allValues("X-Error-Id").equals(List.of(id));
			boolean sameTrace = incident.trace().equals(request.trace())
					&& response.headers().allValues("X-Trace-Id").equals(List.of(request.trace().traceId()));
			return "one incident" + (sameId ? ", same id" : "") + (sameTrace ? ", same trace" : "");
		}

		private static List<Message> messages(MemorySink sink, String type) {
			return sink.messages().stream().filter((message) -> message.type().equals(type)).toList();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean(destroyMethod = "")
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 100);
		}

		@Bean
		Controller controller(Cairn cairn) {
			return new Controller(cairn);
		}

	}

	@RestController
	static class Controller {

		private final Cairn cairn;

		Controller(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/thrown")
		String thrown() {
			throw new IllegalStateException("thrown");
		}

		@GetMapping("/elsewhere")
		Mono<String> elsewhere() {
			return Mono.delay(Duration.ofMillis(1)).map((tick) -> {
				throw new IllegalStateException("on another thread");
			});
		}

		@GetMapping("/handled")
		String handled() {
			throw new IllegalArgumentException("handled");
		}

		@GetMapping("/bound")
		String bound() {
			this.cairn.bind("order", 7);
			return this.cairn.bindings().toString();
		}

		@ExceptionHandler
		@ResponseStatus(HttpStatus.SERVICE_UNAVAILABLE)
		String handle(IllegalArgumentException ex) {
			return "handled";
		}

	}

}
