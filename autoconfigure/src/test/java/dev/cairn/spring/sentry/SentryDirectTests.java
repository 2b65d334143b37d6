package dev.cairn.spring.sentry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.cairn.Cairn;
import dev.cairn.Ledger;
import dev.cairn.Ledger.DropReason;
import dev.cairn.spring.test.RunningApplication;
import dev.cairn.testing.SentryServer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.sentry.Sentry;
import io.sentry.SentryOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Failures that the application captures itself, beside those that Cairn captures.
 */
class SentryDirectTests {

	private static final String CHANNEL = "sentry.direct";

	@Test
	void aDirectCaptureIsDeliveredAndCountedOnce() {
		try (SentryServer sentry = SentryServer.started(); RunningApplication application = start(sentry)) {
			Sentry.captureException(new IllegalStateException("direct"));
			Sentry.captureMessage("a message");
			RunningApplication.await(() -> direct(application).delivered() == 2);
			assertThat(sentry.events()).hasSize(2);
			Ledger.Balance balance = direct(application);
			assertThat(balance.offered()).isEqualTo(2);
			assertThat(balance.accepted()).isEqualTo(2);
			assertThat(application.ledger().balances().get("sentry").offered()).isZero();
		}
	}

	@Test
	void whatCairnCapturesIsNotCountedAsDirect() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry,
						"sentry.ignored-exceptions-for-type=java.lang.UnsupportedOperationException")) {
			application.bean(Cairn.class).capture(new IllegalStateException("Cairn's"));
			application.bean(Cairn.class).capture(new UnsupportedOperationException("ignored"));
			RunningApplication.await(() -> settled(application.ledger().balances().get("sentry"), 2));
			assertThat(application.ledger().balances()).doesNotContainKey(CHANNEL);
			assertThat(application.ledger().balances().get("sentry").filtered()).isOne();
		}
	}

	@Test
	void aDirectCaptureHasTheActiveTrace() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "management.tracing.sampling.probability=1")) {
			Tracer tracer = application.bean(Tracer.class);
			Span span = tracer.nextSpan().name("work").start();
			try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
				Sentry.captureMessage("traced");
			}
			span.end();
			Sentry.captureMessage("untraced");
			RunningApplication.await(() -> sentry.events().size() == 2);
			assertThat(event(sentry, "traced").at("/contexts/trace/trace_id").asString())
				.isEqualTo(span.context().traceId());
			assertThat(event(sentry, "traced").at("/contexts/trace/span_id").asString())
				.isEqualTo(span.context().spanId());
			assertThat(event(sentry, "untraced").at("/contexts/trace/trace_id").asString()).hasSize(32)
				.isNotEqualTo(span.context().traceId());
		}
	}

	@Test
	void whatIsIgnoredOrADuplicateIsFiltered() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry,
						"sentry.ignored-exceptions-for-type=java.lang.UnsupportedOperationException")) {
			IllegalStateException twice = new IllegalStateException("twice");
			Sentry.captureException(new UnsupportedOperationException("ignored"));
			Sentry.captureException(twice);
			Sentry.captureException(twice);
			RunningApplication.await(() -> settled(direct(application), 3));
			assertThat(direct(application).filtered()).isEqualTo(2);
			assertThat(direct(application).delivered()).isOne();
			assertThat(sentry.events()).hasSize(1);
		}
	}

	@Test
	void whatSentrysSampleRateDoesNotWantIsSampledOut() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "sentry.sample-rate=0.0000001")) {
			Sentry.captureMessage("rare");
			assertThat(direct(application).sampledOut()).isOne();
			assertThat(direct(application).held()).isZero();
		}
	}

	@Test
	void whatSentrysQueueDoesNotHoldHasOverflowed() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "sentry.max-queue-size=2")) {
			sentry.hang();
			for (int i = 0; i < 10; i++) {
				Sentry.captureMessage("number " + i);
			}
			Ledger.Balance full = direct(application);
			assertThat(full.offered()).isEqualTo(10);
			assertThat(full.dropped().get(DropReason.OVERFLOW)).isGreaterThanOrEqualTo(7);
			assertThat(full.held()).isEqualTo(10 - full.droppedTotal()).isPositive();
			sentry.resume();
			RunningApplication.await(() -> settled(direct(application), 10));
			assertThat(direct(application).delivered()).isEqualTo(sentry.events().size());
		}
	}

	@Test
	void whatFindsNoServerIsExpired() {
		SentryServer sentry = SentryServer.started();
		try (RunningApplication application = start(sentry)) {
			sentry.close();
			Sentry.captureMessage("lost");
			RunningApplication.await(() -> settled(direct(application), 1));
			assertThat(direct(application).dropped()).isEqualTo(Map.of(DropReason.EXPIRED, 1L));
			assertThat(direct(application).lastError()).contains("network_error");
		}
	}

	@Test
	void whatTheServerRefusesIsRejected() {
		try (SentryServer sentry = SentryServer.started(); RunningApplication application = start(sentry)) {
			sentry.refuseAll(500);
			Sentry.captureMessage("refused");
			RunningApplication.await(() -> settled(direct(application), 1));
			assertThat(direct(application).dropped()).isEqualTo(Map.of(DropReason.REJECTED, 1L));
		}
	}

	@Test
	void aBeforeSendThatThrowsIsCountedAsFilteredAndNothingEscapes() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, ThrowingApplication.class)) {
			Sentry.captureMessage("direct");
			String id = application.bean(Cairn.class).capture(new IllegalStateException("Cairn's"));
			RunningApplication.await(() -> settled(application.ledger().balances().get("sentry"), 1));
			assertThat(id).isNotNull();
			assertThat(application.ledger().balances().get("sentry").filtered()).isOne();
			assertThat(direct(application).filtered()).isOne();
			assertThat(direct(application).held()).isZero();
			assertThat(sentry.events()).isEmpty();
		}
	}

	@Test
	void anEventHasTheEnvironmentOfTheService() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "cairn.environment=staging", "cairn.release=4.2")) {
			JsonNode event = directEvent(sentry);
			assertThat(event.path("environment").asString()).isEqualTo("staging");
			assertThat(event.path("release").asString()).isEqualTo("4.2");
			assertThat(event.path("server_name").asString())
				.isEqualTo(application.bean(dev.cairn.Origin.class).hostname());
			assertThat(event.at("/tags/service").asString())
				.isEqualTo(application.bean(dev.cairn.Origin.class).service());
		}
	}

	@Test
	void whatTheApplicationSetsForSentryStays() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, "cairn.environment=staging", "cairn.release=4.2",
						"sentry.environment=production", "sentry.release=shop@1", "sentry.server-name=till-7",
						"sentry.tags.service=till")) {
			JsonNode event = directEvent(sentry);
			assertThat(event.path("environment").asString()).isEqualTo("production");
			assertThat(event.path("release").asString()).isEqualTo("shop@1");
			assertThat(event.path("server_name").asString()).isEqualTo("till-7");
			assertThat(event.at("/tags/service").asString()).isEqualTo("till");
		}
	}

	@Test
	void aConfigurationOfTheApplicationsOwnStays() {
		try (SentryServer sentry = SentryServer.started();
				RunningApplication application = start(sentry, ConfiguringApplication.class,
						"cairn.environment=staging", "sentry.sample-rate=0.0000001")) {
			SentryOptions options = Sentry.getCurrentScopes().getOptions();
			assertThat(options.getEnvironment()).isEqualTo("own");
			assertThat(options.isEnableUncaughtExceptionHandler()).isTrue();
			Sentry.captureMessage("rare");
			assertThat(application.bean(AtomicInteger.class)).hasValue(1);
			assertThat(direct(application).sampledOut()).isOne();
		}
	}

	private static JsonNode directEvent(SentryServer sentry) {
		Sentry.captureMessage("direct");
		RunningApplication.await(() -> !sentry.events().isEmpty());
		return event(sentry, "direct");
	}

	private static JsonNode event(SentryServer sentry, String text) {
		List<JsonNode> found = sentry.events()
			.stream()
			.filter((event) -> text.equals(event.at("/message/formatted").asString()))
			.toList();
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	private static Ledger.Balance direct(RunningApplication application) {
		return application.ledger().channel(CHANNEL).balance();
	}

	private static boolean settled(Ledger.@Nullable Balance balance, long offered) {
		return balance != null && balance.offered() == offered && balance.held() == 0;
	}

	private static RunningApplication start(SentryServer sentry, String... properties) {
		return start(sentry, Application.class, properties);
	}

	private static RunningApplication start(SentryServer sentry, Class<?> source, String... properties) {
		String[] all = new String[properties.length + 1];
		System.arraycopy(properties, 0, all, 1, properties.length);
		all[0] = "sentry.dsn=" + sentry.dsn();
		return RunningApplication.startWithoutWeb(source, all);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ThrowingApplication {

		@Bean
		SentryOptions.BeforeSendCallback beforeSend() {
			return (event, hint) -> {
				throw new IllegalStateException("before-send is broken");
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ConfiguringApplication {

		@Bean
		AtomicInteger discarded() {
			return new AtomicInteger();
		}

		@Bean
		Sentry.OptionsConfiguration<SentryOptions> ownConfiguration(AtomicInteger discarded) {
			return (options) -> {
				options.setEnvironment("own");
				options.setEnableUncaughtExceptionHandler(true);
				options.setOnDiscard((reason, category, count) -> discarded.addAndGet(count.intValue()));
			};
		}

	}

}
