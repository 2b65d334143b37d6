package dev.cairn.spring.web.request;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.cairn.Cairn;
import dev.cairn.context.UnitOfWork;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestTemplate;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the trace of a request and the values that are bound in it go over every hop
 * within the service, and the trace to the next one, with and without a tracer.
 */
@ParameterizedClass
@ValueSource(strings = { RunningApplication.WITHOUT_TRACER, "management.tracing.sampling.probability=1" })
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestHopsTests {

	@Parameter
	private String tracing;

	private RunningApplication application;

	@BeforeParameterizedClassInvocation
	void start() {
		this.application = RunningApplication.start(HopsApplication.class, this.tracing);
	}

	@AfterParameterizedClassInvocation
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/handler", "/callable", "/streaming", "/deferred", "/future", "/sse", "/mono",
			"/event-listener", "/async-event-listener", "/after-commit", "/transactional-event-listener" })
	void theContextIsActiveIn(String path) {
		HttpResponse<String> answer = this.application.get(path, "X-User", "ann");
		assertThat(answer.statusCode()).isEqualTo(200);
		String id = answer.headers().firstValue("X-Trace-Id").orElseThrow();
		assertThat(answer.body()).contains(id + " request ann");
		assertThat(answer.body().split(id, -1)).hasSize(2);
	}

	@Test
	void theContextIsActiveInTheCallbackOfAClient() {
		HttpResponse<String> answer = this.application.get("/web-client-callback?port=" + this.application.port(),
				"X-User", "ann");
		assertThat(answer.statusCode()).isEqualTo(200);
		assertThat(answer.body()).isEqualTo(answer.headers().firstValue("X-Trace-Id").orElseThrow() + " request ann");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/rest-client", "/rest-template", "/http-exchange", "/web-client", "/web-client-on-executor" })
	void theTraceIsPassedOnBy(String path) {
		HttpResponse<String> answer = this.application.get(path + "?port=" + this.application.port());
		assertThat(answer.statusCode()).isEqualTo(200);
		String id = answer.headers().firstValue("X-Trace-Id").orElseThrow();
		assertThat(answer.body()).contains(id);
	}

	interface Ids {

		@GetExchange("/traceparent")
		String get();

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@EnableAsync
	@EnableTransactionManagement
	@RestController
	static class HopsApplication {

		private final ObservationRegistry observations;

		private final ApplicationEventPublisher events;

		private final Executor executor;

		private final PlatformTransactionManager transactions;

		HopsApplication(ObservationRegistry observations, ApplicationEventPublisher events, Executor executor,
				PlatformTransactionManager transactions) {
			this.observations = observations;
			this.events = events;
			this.executor = executor;
			this.transactions = transactions;
		}

		/** So that Spring MVC runs asynchronous results in an executor of its own. */
		@Bean
		static ExecutorService executor() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		static PlatformTransactionManager transactionManager() {
			return new JdbcTransactionManager(new DriverManagerDataSource("jdbc:h2:mem:hops"));
		}

		@Bean
		static Listeners listeners() {
			return new Listeners();
		}

		private static String id() {
			UnitOfWork unit = UnitOfWork.current();
			return MDC.get("traceId") + ((unit != null) ? " request " : " none ") + MDC.get("user");
		}

		@Bean
		static Filter binding(Cairn cairn) {
			return (request, response, chain) -> {
				cairn.bind("user", ((HttpServletRequest) request).getHeader("X-User"));
				chain.doFilter(request, response);
			};
		}

		@GetMapping("/handler")
		String handler() {
			return id();
		}

		@GetMapping("/callable")
		Callable<String> callable() {
			return HopsApplication::id;
		}

		@GetMapping("/streaming")
		StreamingResponseBody streaming() {
			return (out) -> out.write(id().getBytes(StandardCharsets.US_ASCII));
		}

		@GetMapping("/deferred")
		DeferredResult<String> deferred() {
			DeferredResult<String> result = new DeferredResult<>();
			this.executor.execute(() -> result.setResult(id()));
			return result;
		}

		@GetMapping("/future")
		CompletableFuture<String> future() {
			return CompletableFuture.supplyAsync(() -> "", this.executor).thenApplyAsync((none) -> id(), this.executor);
		}

		@GetMapping("/sse")
		SseEmitter sse() {
			SseEmitter emitter = new SseEmitter();
			this.executor.execute(() -> {
				try {
					emitter.send(id());
					emitter.complete();
				}
				catch (IOException ex) {
					emitter.completeWithError(ex);
				}
			});
			return emitter;
		}

		@GetMapping("/mono")
		Mono<String> mono() {
			return Mono.fromFuture(CompletableFuture.supplyAsync(() -> "", Executors.newSingleThreadExecutor()))
				.map((none) -> id());
		}

		@GetMapping("/event-listener")
		String eventListener() {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.events.publishEvent(new Plain(answer));
			return answer.join();
		}

		@GetMapping("/async-event-listener")
		String asyncEventListener() {
			CompletableFuture<String> answer = new CompletableFuture<>();
			this.events.publishEvent(new Asynchronous(answer));
			return answer.join();
		}

		@GetMapping("/after-commit")
		String afterCommit() {
			CompletableFuture<String> answer = new CompletableFuture<>();
			new TransactionTemplate(this.transactions)
				.executeWithoutResult((status) -> TransactionSynchronizationManager
					.registerSynchronization(new TransactionSynchronization() {

						@Override
						public void afterCommit() {
							answer.complete(id());
						}

					}));
			return answer.join();
		}

		@GetMapping("/transactional-event-listener")
		String transactionalEventListener() {
			CompletableFuture<String> answer = new CompletableFuture<>();
			new TransactionTemplate(this.transactions)
				.executeWithoutResult((status) -> this.events.publishEvent(new Transactional(answer)));
			return answer.join();
		}

		@GetMapping("/traceparent")
		String traceparent(@RequestHeader String traceparent) {
			return traceparent;
		}

		@GetMapping("/rest-client")
		String restClient(@RequestParam int port) {
			return client(port).get().uri("/traceparent").retrieve().body(String.class);
		}

		@GetMapping("/http-exchange")
		String httpExchange(@RequestParam int port) {
			return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client(port)))
				.build()
				.createClient(Ids.class)
				.get();
		}

		private RestClient client(int port) {
			return RestClient.builder()
				.observationRegistry(this.observations)
				.baseUrl("http://127.0.0.1:" + port)
				.build();
		}

		@GetMapping("/rest-template")
		String restTemplate(@RequestParam int port) {
			RestTemplate client = new RestTemplate();
			client.setObservationRegistry(this.observations);
			return client.getForObject("http://127.0.0.1:" + port + "/traceparent", String.class);
		}

		@GetMapping("/web-client")
		String webClient(@RequestParam int port) {
			return get(port).block();
		}

		@GetMapping("/web-client-callback")
		String webClientCallback(@RequestParam int port) {
			return get(port).map((traceparent) -> id()).block();
		}

		@GetMapping("/web-client-on-executor")
		String webClientOnExecutor(@RequestParam int port) {
			return CompletableFuture.supplyAsync(() -> get(port).block(), this.executor).join();
		}

		private Mono<String> get(int port) {
			return WebClient.builder()
				.observationRegistry(this.observations)
				.clientConnector(new JdkClientHttpConnector())
				.baseUrl("http://127.0.0.1:" + port)
				.build()
				.get()
				.uri("/traceparent")
				.retrieve()
				.bodyToMono(String.class);
		}

	}

	record Plain(CompletableFuture<String> answer) {
	}

	record Asynchronous(CompletableFuture<String> answer) {
	}

	record Transactional(CompletableFuture<String> answer) {
	}

	static class Listeners {

		@EventListener
		void on(Plain event) {
			event.answer().complete(HopsApplication.id());
		}

		@Async
		@EventListener
		void on(Asynchronous event) {
			event.answer().complete(HopsApplication.id());
		}

		@TransactionalEventListener
		void on(Transactional event) {
			event.answer().complete(HopsApplication.id());
		}

	}

}
