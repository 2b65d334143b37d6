package dev.cairn.spring.notify;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.cairn.Cairn;
import dev.cairn.Ledger.Balance;
import dev.cairn.internal.Throwables;
import dev.cairn.spring.test.Contexts;
import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.MailSender;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NotificationsAutoConfiguration} with real servers.
 */
class NotificationsAutoConfigurationTests {

	private WebhookServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = new WebhookServer();
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	private String webhook() {
		return "cairn.notifications.webhook-url=" + this.server.url("/services/T0/B0");
	}

	private static Balance balance(RunningApplication application) {
		return application.ledger().balances().get("notifications");
	}

	@Test
	void aNewFailureOfARequestReachesTheWebhook() throws Exception {
		try (RunningApplication application = RunningApplication.start(Shop.class, webhook(),
				"cairn.environment=production")) {
			HttpResponse<String> response = application.get("/fail");
			application.get("/fail");
			RunningApplication.await(() -> balance(application).delivered() == 1);
			assertThat(this.server.texts()).singleElement()
				.satisfies((text) -> assertThat(text)
					.startsWith("[shop production] New failure: IllegalStateException\n")
					.contains("java.lang.IllegalStateException: password=***",
							"\nat " + Shop.class.getName() + ".fail(",
							"Error id: " + response.headers().firstValue("X-Error-Id").orElseThrow(),
							"Trace id: " + response.headers().firstValue("X-Trace-Id").orElseThrow(), "Count: 1")
					.doesNotContain("hunter2"));
		}
	}

	@Test
	void aNewFailureIsMailed() throws Exception {
		GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
		mail.start();
		try (RunningApplication application = RunningApplication.startWithoutWeb(Nothing.class,
				"spring.mail.host=127.0.0.1", "spring.mail.port=" + mail.getSmtp().getPort(),
				"cairn.notifications.mail-to=ops@example.com", "cairn.notifications.mail-from=shop@example.com")) {
			application.bean(Cairn.class).capture(new IllegalStateException("it broke"));
			RunningApplication.await(() -> balance(application).delivered() == 1);
			assertThat(mail.getReceivedMessages()).singleElement().satisfies((received) -> {
				assertThat(received.getSubject()).isEqualTo("[shop] New failure: IllegalStateException");
				assertThat(received.getContent().toString()).contains("it broke");
			});
		}
		finally {
			mail.stop();
		}
	}

	@Test
	void aWebhookThatIsDownIsAnAccountedLoss() throws Exception {
		this.server.close();
		try (RunningApplication application = RunningApplication.start(Shop.class, webhook())) {
			assertThat(application.get("/fail").statusCode()).isEqualTo(500);
			RunningApplication.await(() -> balance(application).lastError() != null);
			assertThat(balance(application).lastError()).doesNotContain("/services");
			assertThat(RunningApplication.warnings()).noneMatch((line) -> line.contains("/services"));
		}
	}

	@Test
	void aNotifierOfTheApplicationIsCalledAndCausesNoFurtherNotification() {
		try (RunningApplication application = RunningApplication.startWithoutWeb(OwnNotifier.class)) {
			OwnNotifier own = application.bean(OwnNotifier.class);
			application.bean(Cairn.class).capture(new IllegalStateException("first"));
			RunningApplication.await(() -> balance(application).delivered() == 1);
			application.bean(Cairn.class).capture(new IllegalArgumentException("second"));
			RunningApplication.await(() -> balance(application).delivered() == 2);
			assertThat(own.sent).extracting(Notification::title)
				.containsExactly("New failure: IllegalStateException", "New failure: IllegalArgumentException");
		}
	}

	@Test
	void nothingIsObservedWithoutADestination() {
		Contexts.plain()
			.run((context) -> assertThat(context).doesNotHaveBean(Notifications.class).doesNotHaveBean(Notifier.class));
	}

	@ParameterizedTest
	@CsvSource({ "cairn.notifications.enabled", "cairn.enabled" })
	void isSwitchedOffBy(String property) {
		Contexts.plain()
			.withPropertyValues(webhook(), property + "=false")
			.run((context) -> assertThat(context).doesNotHaveBean(Notifications.class).doesNotHaveBean(Notifier.class));
	}

	@Test
	void aRecipientWithoutAMailServerFailsTheStart() {
		Contexts.plain()
			.withPropertyValues("cairn.notifications.mail-to=ops@example.com")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("add spring-boot-starter-mail, and set spring.mail.host"));
	}

	@Test
	void aRecipientWithoutTheLibraryFailsTheStart() {
		Contexts.plain()
			.withClassLoader(new FilteredClassLoader(MailSender.class))
			.withPropertyValues("cairn.notifications.mail-to=ops@example.com")
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("add spring-boot-starter-mail, and set spring.mail.host"));
	}

	@ParameterizedTest
	@CsvSource({ "ftp://host/secret-path", "host/secret-path", "'http://ho st/secret-path'" })
	void anInvalidAddressFailsTheStartAndIsNotShown(String address) {
		Contexts.plain()
			.withPropertyValues("cairn.notifications.webhook-url=" + address)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("Property cairn.notifications.webhook-url with value")
				.satisfies((failure) -> assertThat(Throwables.stackTrace(failure)).doesNotContain("secret-path")));
	}

	@ParameterizedTest
	@CsvSource({ "max-per-hour, 0", "repeat-after, -1s", "quiet-time, 0", "max-error-rate, 2", "max-latency, 0" })
	void refusesAValueThatMakesNoSense(String property, String value) {
		Contexts.plain()
			.withPropertyValues(webhook(), "cairn.notifications." + property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("Property cairn.notifications." + property + " with value"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Shop {

		@GetMapping("/fail")
		String fail() {
			throw new IllegalStateException("password=hunter2");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Nothing {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OwnNotifier {

		private final List<Notification> sent = new CopyOnWriteArrayList<>();

		/** It depends on Cairn, which observes what it notifies of. */
		@Bean
		Notifier notifier(Cairn cairn) {
			return (notification) -> {
				this.sent.add(notification);
				cairn.capture(new UnsupportedOperationException("in a notifier"));
			};
		}

	}

}
