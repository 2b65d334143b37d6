package dev.cairn.spring.core;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Cairn;
import dev.cairn.CairnMetrics;
import dev.cairn.Failure;
import dev.cairn.Ledger;
import dev.cairn.LossListener;
import dev.cairn.Message;
import dev.cairn.Message.Limits;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFilter;
import dev.cairn.Origin;
import dev.cairn.Route;
import dev.cairn.Sampler;
import dev.cairn.Severity;
import dev.cairn.Trace;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.MemorySink;
import dev.cairn.engine.Settings;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.points.Points;
import dev.cairn.spring.test.Contexts;
import io.micrometer.tracing.Tracer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CairnAutoConfiguration}.
 */
class CairnAutoConfigurationTests {

	private final ApplicationContextRunner runner = Contexts.plain()
		.withUserConfiguration(MemoryConfiguration.class)
		.withPropertyValues("cairn.file.enabled=false");

	@Test
	void suppliesBeans() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(Cairn.class)
			.hasSingleBean(Ledger.class)
			.hasSingleBean(Redactor.class)
			.hasSingleBean(Limits.class)
			.hasSingleBean(Sampler.class)
			.hasSingleBean(Incidents.class)
			.hasSingleBean(Origin.class)
			.hasSingleBean(Trace.Source.class));
	}

	@Test
	void startsWithoutAnyPropertyAndWritesToFiles() {
		Contexts.plain()
			.run((context) -> assertThat(context.getBean(Cairn.class).ledger().balances()).containsOnlyKeys("file"));
	}

	@Test
	void injectsWhatHasNoEffectWhenItIsSwitchedOff() {
		this.runner.withPropertyValues("cairn.enabled=false", "cairn.limits.max-fields=-1")
			.withBean(Injected.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().getBean(Cairn.class).isSameAs(Cairn.noop());
				Injected injected = context.getBean(Injected.class);
				assertThat(injected.cairn.event("a").publish()).isNull();
				assertThat(injected.cairn.capture(new IllegalStateException())).isNull();
				assertThat(injected.ledger.balances().values()).allMatch((balance) -> balance.offered() == 0);
				assertThat(context).doesNotHaveBean(CairnLifecycle.class).doesNotHaveBean(StartReport.class);
				assertThat(Cairn.get().event("a").publish()).isNull();
			});
	}

	@Test
	void suppliesPointsWithoutEffectWhenItIsSwitchedOff() {
		Contexts.web()
			.withPropertyValues("cairn.enabled=false", "cairn.points.all.method=*#*", "cairn.points.all.type=call")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(Points.class);
				assertThat(context.getBean(Points.class).report()).allMatch((report) -> report.published() == 0);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Cairn.class, CairnMetrics.class, Ledger.class, Accounts.class, Redactor.class,
			Limits.class, Origin.class, Sampler.class, Settings.Holder.class, Signals.class, Extensions.class,
			Incidents.class, ApplicationFrames.class, DeliveryOptions.class })
	void suppliesEachBeanWhenItIsSwitchedOff(Class<?> type) {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		this.runner.withPropertyValues("cairn.enabled=false").run((context) -> {
			assertThat(context).hasSingleBean(type);
			assertThat(context.getBean(type)).isNotNull();
			assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> thread.getName().startsWith("cairn"))
				.isSubsetOf(before);
		});
	}

	@Test
	void backsOffFromTheBeansOfTheApplication() {
		Cairn own = Cairn.noop();
		this.runner.withBean("own", Cairn.class, () -> own)
			.withBean("ownLimits", Limits.class, () -> Limits.DEFAULT)
			.withBean("ownRedactor", Redactor.class, () -> Redactor.NONE)
			.withBean("ownOrigin", Origin.class, () -> Origin.here("own", null, null))
			.run((context) -> {
				assertThat(context).getBean(Cairn.class).isSameAs(own);
				assertThat(context).getBean(Limits.class).isSameAs(Limits.DEFAULT);
				assertThat(context).getBean(Redactor.class).isSameAs(Redactor.NONE);
				assertThat(context.getBean(Origin.class).service()).isEqualTo("own");
			});
	}

	@Test
	void writesObjectsWithTheMapperOfTheApplication() {
		this.runner
			.withBean(JsonMapper.class,
					() -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE).build())
			.run((context) -> {
				context.getBean(Cairn.class).event("a").field("box", new Box()).publish();
				assertThat(context.getBean(MemorySink.class).messages()).singleElement()
					.satisfies((message) -> assertThat(message.fields())
						.isEqualTo(Map.of("box", Map.of("box-size", 3, "packed-at", "1970-01-01T00:00:00Z"))));
			});
	}

	@Test
	void writesObjectsWithoutAMapperOfTheApplication() {
		this.runner.run((context) -> {
			context.getBean(Cairn.class).event("a").field("box", new Box()).publish();
			assertThat(context.getBean(MemorySink.class).messages()).singleElement()
				.satisfies((message) -> assertThat(message.fields())
					.isEqualTo(Map.of("box", Map.of("boxSize", 3, "packedAt", "1970-01-01T00:00:00Z"))));
		});
	}

	@Test
	void namesTheServiceAfterTheApplication() {
		this.runner.run((context) -> assertThat(context.getBean(Origin.class).service()).isEqualTo("shop"));
	}

	@Test
	void takesTheOriginFromProperties() {
		this.runner.withPropertyValues("cairn.service=pay", "cairn.environment=production", "cairn.release=1.2.3")
			.run((context) -> {
				Origin origin = context.getBean(Origin.class);
				assertThat(origin.service()).isEqualTo("pay");
				assertThat(origin.environment()).isEqualTo("production");
				assertThat(origin.release()).isEqualTo("1.2.3");
			});
	}

	@Test
	void namesTheEnvironmentAfterTheActiveProfiles() {
		this.runner.withPropertyValues("spring.profiles.active=blue,berlin")
			.run((context) -> assertThat(context.getBean(Origin.class).environment()).isEqualTo("blue,berlin"));
	}

	@Test
	void isReachedFromAnywhereUntilTheContextIsClosed() {
		this.runner.run((context) -> {
			assertThat(Cairn.get().event("order.placed").publish()).isNotNull();
			MemorySink sink = context.getBean(MemorySink.class);
			context.close();
			assertThat(Cairn.get().event("order.placed").publish()).isNull();
			assertThat(sink.messages()).hasSize(1);
		});
	}

	@Test
	void isReachedFromAnywhereWhereBeansAreLazy() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(Cairn.get().event("order.placed").publish()).isNotNull());
	}

	@Test
	void anOlderContextDoesNotEndANewerOne() {
		this.runner.run((older) -> this.runner.run((newer) -> {
			older.close();
			assertThat(Cairn.get().event("order.placed").publish()).isNotNull();
			assertThat(newer.getBean(MemorySink.class).messages()).hasSize(1);
		}));
	}

	@Test
	void asksFiltersInTheirOrder() {
		this.runner.withUserConfiguration(Filters.class).run((context) -> {
			assertThat(context.getBean(Cairn.class).event("order.placed").publish()).isNull();
			assertThat(context.getBean(Filters.class).asked).containsExactly("first", "second");
			assertThat(context.getBean(Ledger.class).balances().get("memory").filtered()).isEqualTo(1);
		});
	}

	@Test
	void asksEnrichersInTheirOrder() {
		this.runner.withUserConfiguration(Enrichers.class).run((context) -> {
			context.getBean(Cairn.class).event("order.placed").publish();
			assertThat(context.getBean(MemorySink.class).messages()).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("by", "second")
					.containsEntry("first", true));
		});
	}

	@Test
	void translatesExceptionsAsTheApplicationDeclares() {
		this.runner
			.withBean(Failure.Translator.class, () -> (thrown) -> thrown.getMessage().equals("no") ? () -> "NO" : null)
			.run((context) -> {
				context.getBean(Cairn.class).capture(new IllegalStateException(new IllegalArgumentException("no")));
				assertThat(context.getBean(MemorySink.class).messages()).singleElement()
					.satisfies((message) -> assertThat(message.fields()).containsEntry("error_code", "NO"));
			});
	}

	@Test
	void reportsLossesToTheListenersOfTheApplication() {
		List<String> losses = new CopyOnWriteArrayList<>();
		this.runner.withBean("first", LossListener.class, () -> (message, sink, reason) -> {
			throw new IllegalStateException("a listener that fails");
		})
			.withBean("second", LossListener.class,
					() -> (message, sink, reason) -> losses.add(message.type() + " " + sink + " " + reason))
			.withUserConfiguration(RefusingSink.class)
			.withPropertyValues("cairn.shutdown-timeout=200ms")
			.run((context) -> {
				context.getBean(Cairn.class).event("order.placed").publish();
				context.close();
				assertThat(losses).singleElement().asString().startsWith("order.placed refusing");
			});
	}

	@Test
	void asksTheSamplerOfTheApplication() {
		this.runner.withBean("own", Sampler.class, () -> (candidate) -> 0).run((context) -> {
			assertThat(context.getBean(Cairn.class).event("order.placed").publish()).isNull();
			assertThat(context.getBean(Ledger.class).balances().get("memory").sampledOut()).isEqualTo(1);
		});
	}

	@Test
	void samplesByTheFirstRuleThatMatches() {
		this.runner
			.withPropertyValues("cairn.sampling.rules[0].name=order.*", "cairn.sampling.rules[0].severity=error",
					"cairn.sampling.rules[0].rate=1", "cairn.sampling.rules[1].name=order.*",
					"cairn.sampling.rules[1].rate=0")
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				assertThat(cairn.event("order.placed").publish()).isNull();
				assertThat(cairn.event("order.failed").severity(Severity.ERROR).publish()).isNotNull();
				assertThat(cairn.event("cart.opened").publish()).isNotNull();
			});
	}

	@Test
	void aCustomizerAddsARouteBeforeTheDefaultWay() {
		this.runner.withUserConfiguration(SecondSink.class)
			.withBean(CairnBuilderCustomizer.class, () -> (builder) -> builder.route(Route.of("order.*", "second")))
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				cairn.event("order.placed").publish();
				cairn.event("cart.opened").publish();
				assertThat(types(context.getBean("memorySink", MemorySink.class))).containsExactly("cart.opened");
				assertThat(types(context.getBean("secondSink", MemorySink.class))).containsExactly("order.placed",
						"cart.opened");
			});
	}

	@Test
	void customizersAreAskedInTheirOrder() {
		List<String> asked = new ArrayList<>();
		this.runner.withUserConfiguration(Customizers.class)
			.withBean("asked", List.class, () -> asked)
			.run((context) -> assertThat(asked).containsExactly("first", "second"));
	}

	@Test
	void routesByTypeLoggerAndSeverity() {
		this.runner.withUserConfiguration(SecondSink.class)
			.withPropertyValues("cairn.routes[0].type=order.*", "cairn.routes[0].severity=warning",
					"cairn.routes[0].to=second", "cairn.routes[1].logger=noisy", "cairn.routes[1].to=",
					"cairn.routes[2].to=memory")
			.run((context) -> {
				Cairn cairn = context.getBean(Cairn.class);
				cairn.event("order.failed").severity(Severity.ERROR).publish();
				cairn.event("order.placed").publish();
				cairn.event("chatter").logger("noisy").publish();
				assertThat(types(context.getBean("secondSink", MemorySink.class))).containsExactly("order.failed");
				assertThat(types(context.getBean("memorySink", MemorySink.class))).containsExactly("order.placed");
				assertThat(context.getBean(Ledger.class).balances().get("unrouted").droppedTotal()).isEqualTo(1);
			});
	}

	@Test
	void redactsAsTheApplicationConfigures() {
		this.runner.withPropertyValues("cairn.redaction.words=loyalty", "cairn.redaction.allowed=token_count")
			.run((context) -> {
				Redactor redactor = context.getBean(Redactor.class);
				assertThat(Stream.of("loyalty_number", "password", "token_count").filter(redactor::isSensitive))
					.containsExactly("loyalty_number", "password");
			});
	}

	@Test
	void startsWithoutTracing() {
		this.runner.withClassLoader(new FilteredClassLoader(Tracer.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Cairn.class)
				.getBean(Trace.Source.class)
				.extracting(Trace.Source::current)
				.isNull());
	}

	@Test
	void backsOffFromTheTraceSourceOfTheApplication() {
		Trace trace = new Trace("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true);
		this.runner.withBean(Trace.Source.class, () -> () -> trace).run((context) -> {
			context.getBean(Cairn.class).event("order.placed").publish();
			assertThat(context.getBean(MemorySink.class).messages()).extracting(Message::trace).containsExactly(trace);
		});
	}

	@Test
	void twoSinksOfOneNameFailTheStart() {
		this.runner.withBean("other", MemorySink.class, () -> new MemorySink(new Accounts().channel("memory"), 1))
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("a sink named 'memory' already exists"));
	}

	@Test
	void closesSinksWithTheContext() {
		this.runner.run((context) -> {
			Ledger ledger = context.getBean(Ledger.class);
			context.close();
			assertThat(ledger.balances().get("memory").state()).isEqualTo(Ledger.State.OFF);
		});
	}

	private static List<String> types(MemorySink sink) {
		return sink.messages().stream().map(Message::type).toList();
	}

	@Configuration(proxyBeanMethods = false)
	static class MemoryConfiguration {

		@Bean(destroyMethod = "")
		MemorySink memorySink(ObjectProvider<Accounts> ledger) {
			return new MemorySink(ledger.getIfAvailable(Accounts::new).channel("memory"), 100);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SecondSink {

		@Bean(destroyMethod = "")
		MemorySink secondSink(Accounts ledger) {
			return new MemorySink(ledger.channel("second"), 100);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Filters {

		final List<String> asked = new ArrayList<>();

		@Bean
		@Order(2)
		MessageFilter secondFilter() {
			return (message) -> !this.asked.add("second");
		}

		@Bean
		@Order(1)
		MessageFilter firstFilter() {
			return (message) -> this.asked.add("first");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Enrichers {

		@Bean
		@Order(2)
		MessageEnricher secondEnricher() {
			return (message) -> message.field("by", "second");
		}

		@Bean
		@Order(1)
		MessageEnricher firstEnricher() {
			return (message) -> message.field("by", "first").field("first", true);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RefusingSink {

		@Bean
		AsyncSink refusing(Accounts ledger) {
			return new AsyncSink(ledger.channel("refusing"), (batch) -> {
				throw new IllegalStateException("refused");
			}, DeliveryOptions.DEFAULT);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		@Order(2)
		CairnBuilderCustomizer secondCustomizer(List<String> asked) {
			return (builder) -> asked.add("second");
		}

		@Bean
		@Order(1)
		CairnBuilderCustomizer firstCustomizer(List<String> asked) {
			return (builder) -> asked.add("first");
		}

	}

	static final class Box {

		public final int boxSize = 3;

		public final Instant packedAt = Instant.EPOCH;

	}

	static final class Injected {

		private final Cairn cairn;

		private final Ledger ledger;

		Injected(Cairn cairn, Ledger ledger) {
			this.cairn = cairn;
			this.ledger = ledger;
		}

	}

}
