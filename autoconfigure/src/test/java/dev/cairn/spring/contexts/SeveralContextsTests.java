package dev.cairn.spring.contexts;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

import ch.qos.logback.classic.Level;
import dev.cairn.Cairn;
import dev.cairn.Failure;
import dev.cairn.IncidentEnricher;
import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.context.SignalListener;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.MemorySink;
import dev.cairn.delivery.Sink;
import dev.cairn.spring.core.CairnBuilderCustomizer;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.LogCapture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for several contexts in one process: a parent that owns Cairn with a child that
 * serves requests, and contexts that know nothing of each other.
 */
class SeveralContextsTests {

	private static final String[] PROPERTIES = { "--server.port=0", "--spring.main.banner-mode=off",
			"--cairn.errors.request-headers=X-Tenant", "--spring.jmx.enabled=false" };

	private ConfigurableApplicationContext child;

	private MemorySink sink;

	private LogCapture log;

	@BeforeEach
	void start() {
		this.child = new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE)
			.initializers((context) -> captureLog())
			.child(Child.class)
			.web(WebApplicationType.SERVLET)
			.run(PROPERTIES);
		this.sink = this.child.getParent().getBean(MemorySink.class);
	}

	private void captureLog() {
		if (this.log == null) {
			this.log = new LogCapture(Logger.ROOT_LOGGER_NAME);
		}
	}

	@AfterEach
	void stop() {
		this.log.close();
		((ConfigurableApplicationContext) this.child.getParent()).close();
	}

	@Test
	void theParentOwnsCairn() {
		assertThat(this.child.getBean(Cairn.class)).isSameAs(this.child.getParent().getBean(Cairn.class));
	}

	@Test
	void theChildNamesTheBeansThatTheParentDoesNotTake() {
		assertThat(this.log.events()).filteredOn((event) -> event.getLevel() == Level.WARN)
			.filteredOn((event) -> event.getFormattedMessage().contains("a parent context owns Cairn"))
			.singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).contains(
					"the beans childSink, childFilter, childMessageEnricher, childTranslator, childListener, childCustomizer "
							+ "have no effect"));
		assertThat(this.log.events())
			.filteredOn((event) -> event.getFormattedMessage().startsWith("Cairn sends events"))
			.hasSize(1);
	}

	@Test
	void theChildHasNoSinksOfItsOwn() {
		assertThat(this.child.getBeanFactory().getBeanNamesForType(Sink.class)).containsExactly("childSink");
	}

	@Test
	void aFailureOfTheChildHasTheDataOfTheRequest() throws Exception {
		assertThat(get("/fail").statusCode()).isEqualTo(500);
		assertThat(failure().fields()).containsEntry("method", "GET")
			.containsEntry("route", "/fail")
			.containsEntry("from_child", 1)
			.containsEntry("from_parent", 1);
	}

	@Test
	void anErrorOfTheCallerOfTheChildIsNoFailure() throws Exception {
		HttpResponse<String> response = get("/missing");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(failures()).isEmpty();
	}

	@Test
	void aFailureThatTheChildLogsHasTheDataOfTheRequest() throws Exception {
		assertThat(get("/log").statusCode()).isEqualTo(200);
		assertThat(failure().fields()).containsEntry("method", "GET")
			.containsEntry("route", "/log")
			.containsEntry("log_message", "it failed");
	}

	@Test
	void aFailureThatAnotherApplicationLogsIsOnlyItsOwn() throws Exception {
		try (ConfigurableApplicationContext other = new SpringApplicationBuilder(Parent.class, FailingController.class)
			.web(WebApplicationType.SERVLET)
			.run(PROPERTIES)) {
			get(other, "/log");
			MemorySink others = other.getBean(MemorySink.class);
			RunningApplication.await(() -> !failures(others).isEmpty());
			assertThat(this.child.getBean(Accounts.class).incidents().balance().failures()).isZero();
			others.clear();
			get("/log");
			assertThat(failure().fields()).containsEntry("log_message", "it failed");
			assertThat(failures(others)).isEmpty();
		}
	}

	@Test
	void aFailureOfTheParentHasNoDataOfARequest() throws Exception {
		get("/ok");
		this.sink.clear();
		this.child.getBean(Cairn.class).capture(new IllegalStateException("of the parent"));
		assertThat(failure().fields()).doesNotContainKeys("method", "route", "from_child")
			.containsEntry("from_parent", 1);
	}

	@Test
	void cairnOutlivesTheChildAndANewerContext() {
		this.child.close();
		try (ConfigurableApplicationContext newer = new SpringApplicationBuilder(Parent.class)
			.web(WebApplicationType.NONE)
			.run(PROPERTIES)) {
			Cairn.get().event("to.newer").publish();
			assertThat(newer.getBean(MemorySink.class).messages()).extracting(Message::type)
				.containsExactly("to.newer");
		}
		this.sink.clear();
		assertThat(Cairn.get().event("to.older").publish()).isNotNull();
		assertThat(this.sink.messages()).extracting(Message::type).containsExactly("to.older");
	}

	@Test
	void eachOfTwoContextsKeepsItsOwnWhileTheOtherCloses() {
		ConfigurableApplicationContext second = new SpringApplicationBuilder(Parent.class).web(WebApplicationType.NONE)
			.run(PROPERTIES);
		MemorySink other = second.getBean(MemorySink.class);
		Cairn ofSecond = second.getBean(Cairn.class);
		((ConfigurableApplicationContext) this.child.getParent()).close();
		assertThat(ofSecond.event("still.there").publish()).isNotNull();
		assertThat(Cairn.get().event("still.reached").publish()).isNotNull();
		assertThat(other.messages()).extracting(Message::type).containsExactly("still.there", "still.reached");
		second.close();
		assertThat(Cairn.get().event("nobody").publish()).isNull();
	}

	private HttpResponse<String> get(String path) throws Exception {
		return get(this.child, path);
	}

	private HttpResponse<String> get(ConfigurableApplicationContext application, String path) throws Exception {
		this.sink.clear();
		String port = application.getEnvironment().getProperty("local.server.port");
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("X-Tenant", "t1")
			.build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private Message failure() {
		RunningApplication.await(() -> !failures().isEmpty());
		assertThat(failures()).hasSize(1);
		return failures().get(0);
	}

	private List<Message> failures() {
		return failures(this.sink);
	}

	static List<Message> failures(MemorySink sink) {
		return sink.messages().stream().filter((message) -> message.type().equals(Message.TYPE_EXCEPTION)).toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Parent {

		@Bean
		MemorySink memorySink(Accounts ledger) {
			return new MemorySink(ledger.channel("memory"), 1000);
		}

		@Bean
		IncidentEnricher parentEnricher() {
			return (failure, report) -> report.field("from_parent", number(report.field("from_parent")));
		}

		private static int number(Object before) {
			return (before instanceof Integer number) ? number + 1 : 1;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Child {

		@Bean
		IncidentEnricher childEnricher() {
			return (failure, report) -> report.field("from_child", Parent.number(report.field("from_child")));
		}

		@Bean
		MemorySink childSink() {
			return new MemorySink(new Accounts().channel("child"), 1);
		}

		@Bean
		MessageFilter childFilter() {
			return (message) -> true;
		}

		@Bean
		MessageEnricher childMessageEnricher() {
			return (message) -> {
			};
		}

		@Bean
		Failure.Translator childTranslator() {
			return (thrown) -> null;
		}

		@Bean
		SignalListener childListener() {
			return new SignalListener() {
			};
		}

		@Bean
		CairnBuilderCustomizer childCustomizer() {
			return (builder) -> {
			};
		}

		@Bean
		FailingController failingController() {
			return new FailingController();
		}

	}

	@RestController
	static class FailingController {

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("fails");
		}

		@GetMapping("/log")
		String log() {
			LoggerFactory.getLogger("com.example.Child").error("it failed", new IllegalArgumentException("logged"));
			return "logged";
		}

		@GetMapping("/missing")
		String missing() {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}

		@GetMapping("/ok")
		String ok() {
			return "ok";
		}

	}

}
