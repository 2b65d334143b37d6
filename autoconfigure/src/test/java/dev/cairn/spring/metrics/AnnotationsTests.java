package dev.cairn.spring.metrics;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.annotation.Counted;
import io.micrometer.core.annotation.Timed;
import io.micrometer.core.aop.CountedAspect;
import io.micrometer.core.aop.MeterTag;
import io.micrometer.core.aop.TimedAspect;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.ClassFilter;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Micrometer's annotations on the beans of a running application.
 */
class AnnotationsTests {

	private static RunningApplication application;

	private static MeterRegistry registry;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(Application.class, "cairn.sampling.rules[0].signal=timer",
				"cairn.sampling.rules[0].name=off.*", "cairn.sampling.rules[0].rate=0",
				"cairn.sampling.rules[1].signal=timer", "cairn.sampling.rules[1].name=sampled.*",
				"cairn.sampling.rules[1].rate=0.1");
		registry = application.bean(MeterRegistry.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@ParameterizedTest
	@ValueSource(classes = { WebApplication.class, OwnAspects.class })
	void aChildContextMeasuresEachCallOnce(Class<?> parent) {
		try (ConfigurableApplicationContext child = new SpringApplicationBuilder(parent).web(WebApplicationType.NONE)
			.child(Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.main.banner-mode=off", "--cairn.file.enabled=false", "--spring.jmx.enabled=false");
				ConfigurableApplicationContext closed = (ConfigurableApplicationContext) child.getParent()) {
			child.getBean(Shop.class).tagged("de", new Order("small"));
			MeterRegistry meters = child.getBean(MeterRegistry.class);
			assertThat(meters.get("shop.tagged.calls").counter().count()).isOne();
			assertThat(meters.get("shop.tagged").timer().count()).isOne();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "cairn.annotations.enabled=true", "management.observations.annotations.enabled=true" })
	void countAndTimeEveryCallOnce(String property) {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class, property)) {
			assertThat(other.context().getBeansOfType(TimedAspect.class)).isEmpty();
			other.bean(Shop.class).order();
			other.bean(Shop.class).order();
			assertThatIllegalStateException().isThrownBy(other.bean(Shop.class)::fail);
			other.bean(TimedShop.class).order();
			MeterRegistry meters = other.bean(MeterRegistry.class);
			assertThat(meters.get("shop.order").timer().count()).isEqualTo(2);
			assertThat(meters.get("shop.orders").tag("result", "success").counter().count()).isEqualTo(2);
			assertThat(meters.get("shop.fail").tag("exception", "IllegalStateException").timer().count()).isOne();
			assertThat(meters.get("timed.shop").timer().count()).isOne();
			assertThat(meters.get("timed.shop.calls").counter().count()).isOne();
		}
	}

	@Test
	void leaveTimingToAnAspectOfTheApplication() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(OwnAspect.class)) {
			other.bean(Shop.class).order();
			MeterRegistry meters = other.bean(MeterRegistry.class);
			assertThat(meters.get("shop.order").timer().count()).isOne();
			assertThat(meters.get("shop.orders").counter().count()).isOne();
		}
	}

	@Test
	void areLookedForWhereThereMayBeSome() {
		ClassFilter types = new MeteredMethods(new MeterAnnotations(true, true, false), () -> {
			throw new IllegalStateException();
		}, () -> null).getClassFilter();
		assertThat(types.matches(Shop.class)).isTrue();
		assertThat(types.matches(ShopController.class)).isTrue();
		assertThat(types.matches(PricedByWeight.class)).as("what it extends has one").isTrue();
		assertThat(types.matches(SpringApplicationBuilder.class)).isFalse();
		assertThat(types.matches(WebApplication.class)).as("all are those of Spring").isFalse();
	}

	@Test
	void doNothingWhenSwitchedOff() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class,
				"cairn.annotations.enabled=false")) {
			other.bean(Shop.class).order();
			assertThat(other.bean(MeterRegistry.class).find("shop.order").timer()).isNull();
		}
	}

	@Test
	void haveTheTagsOfMicrometersAspects() {
		bean(Shop.class).order();
		assertThat(registry.get("shop.order")
			.tags("class", Shop.class.getName(), "method", "order", "exception", "none", "extra", "yes")
			.timer()
			.getId()
			.getTags()).hasSize(4);
		assertThat(registry.get("shop.orders")
			.tags("class", Shop.class.getName(), "method", "order", "exception", "none", "result", "success")
			.counter()
			.getId()
			.getTags()).hasSize(4);
	}

	@Test
	void areFoundOnInterfacesAndOnOtherAnnotations() {
		bean(Priced.class).price();
		bean(Shop.class).meta();
		assertThat(registry.get("priced.price").timer().count()).isOne();
		assertThat(registry.get("meta.timed").tag("method", "meta").timer().count()).isOne();
	}

	@Test
	void recordAllOfSeveral() {
		bean(Shop.class).twice();
		assertThat(registry.get("twice.a").timer().count()).isOne();
		assertThat(registry.get("twice.b").timer().count()).isOne();
	}

	@Test
	void countFailuresOnly() {
		bean(Shop.class).maybe(false);
		assertThatIllegalStateException().isThrownBy(() -> bean(Shop.class).maybe(true));
		assertThat(registry.get("shop.maybe").counters()).hasSize(1);
		assertThat(registry.get("shop.maybe").tag("result", "failure").counter().count()).isOne();
	}

	@Test
	void takeTagsFromArgumentsAndResults() {
		bean(Shop.class).tagged("de", new Order("large"));
		bean(Shop.class).tagged("de", new Order("large"));
		bean(Shop.class).tagged("fr", new Order("small"));
		assertThat(registry.get("shop.tagged").tags("country", "de", "size", "large").timer().count()).isEqualTo(2);
		assertThat(registry.get("shop.tagged").tags("country", "fr", "size", "small").timer().count()).isOne();
		assertThat(registry.get("shop.tagged.calls").tags("country", "de").counter().count()).isEqualTo(2);
	}

	@Test
	void takeTheTimeOfAFutureToItsEnd() throws Exception {
		CompletableFuture<String> mine = new CompletableFuture<>();
		CompletableFuture<String> returned = bean(Shop.class).later(mine);
		assertThat(returned).as("not a copy, which would not pass a cancellation on").isSameAs(mine);
		long returnedAt = System.nanoTime();
		assertThat(registry.find("shop.later").timer()).isNull();
		long atLeast = System.nanoTime() - returnedAt;
		mine.complete("done");
		Timer timer = registry.get("shop.later").tag("exception", "none").timer();
		assertThat(timer.totalTime(TimeUnit.NANOSECONDS)).isGreaterThanOrEqualTo(atLeast);
		bean(Shop.class).later(CompletableFuture.failedFuture(new IllegalStateException("no")));
		assertThat(registry.get("shop.later").tag("exception", "IllegalStateException").timer().count()).isOne();
		assertThat(registry.get("shop.later.calls").tag("result", "failure").counter().count()).isOne();
	}

	@Test
	void takeTheTimeOfEverySubscriptionToItsEnd() {
		Mono<String> mono = bean(Shop.class).mono();
		assertThat(registry.find("shop.mono").timer()).isNull();
		assertThat(mono.block()).isEqualTo("one");
		assertThat(mono.block()).isEqualTo("one");
		assertThat(registry.get("shop.mono").timer().count()).isEqualTo(2);
		assertThat(bean(Shop.class).flux().collectList().onErrorReturn(List.of()).block()).isEmpty();
		assertThat(registry.get("shop.flux").tag("exception", "IllegalStateException").timer().count()).isOne();
	}

	@Test
	void showLongTasksWhileTheyRun() {
		CompletableFuture<String> running = new CompletableFuture<>();
		bean(Shop.class).longTask(running);
		assertThat(registry.get("shop.long").longTaskTimer().activeTasks()).isOne();
		running.complete("done");
		assertThat(registry.get("shop.long").longTaskTimer().activeTasks()).isZero();
	}

	@Test
	void leaveTypesAloneThatCannotBeWrapped() {
		assertThat(bean(Shop.class).connectable().getClass()).isNotNull();
		assertThat(registry.get("shop.connectable").timer().count()).isOne();
	}

	@Test
	void showATaskOnlyWhileItsResultIsWanted() {
		Mono<String> never = bean(Shop.class).longMono();
		assertThat(registry.get("shop.long.mono").longTaskTimer().activeTasks()).isZero();
		CompletableFuture<String> running = never.toFuture();
		assertThat(registry.get("shop.long.mono").longTaskTimer().activeTasks()).isOne();
		running.cancel(true);
		assertThat(registry.get("shop.long.mono").longTaskTimer().activeTasks()).isZero();
	}

	@Test
	void doNotFailTheCallWhenTheyAreWrong() {
		assertThat(bean(Shop.class).wrong()).isEqualTo("works");
		assertThat(bean(Shop.class).wrong()).isEqualTo("works");
	}

	@Test
	void areSampledByTheRules() {
		for (int i = 0; i < 10_000; i++) {
			bean(Shop.class).sampled();
			bean(Shop.class).off();
		}
		assertThat(registry.get("sampled.work").timer().count()).as("exact in process").isEqualTo(10_000);
		assertThat(registry.find("off.work").timer()).isNull();
	}

	@Test
	void logANameThatMeansSomethingElse() {
		try (RunningApplication other = RunningApplication.startWithoutWeb(Application.class)) {
			other.bean(MeterRegistry.class)
				.gauge("shop.gauge", Tags.of("class", Shop.class.getName(), "method", "clash", "exception", "none"), 1);
			other.bean(Shop.class).clash();
			other.bean(Shop.class).clash();
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.contains("@Timed(\"shop.gauge\") is not recorded"))
				.hasSize(1);
		}
	}

	@Test
	void doNotTimeARequestTwice() {
		try (RunningApplication web = RunningApplication.start(WebApplication.class)) {
			assertThat(RunningApplication.logEvents()).extracting(ILoggingEvent::getFormattedMessage)
				.filteredOn((line) -> line.contains("ShopController is ignored, because its requests are timed"))
				.hasSize(1);
			web.get("/timed");
			MeterRegistry meters = web.bean(MeterRegistry.class);
			assertThat(meters.find("controller.timed").timer()).isNull();
			assertThat(meters.get("controller.counted").counter().count()).isOne();
			RunningApplication.await(() -> meters.find("http.server.requests").tag("uri", "/timed").timer() != null);
		}
	}

	private static <T> T bean(Class<T> type) {
		return application.bean(type);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Shop shop() {
			return new Shop();
		}

		@Bean
		TimedShop timedShop() {
			return new TimedShop();
		}

		@Bean
		Priced priced() {
			return new Prices();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnAspect extends Application {

		@Bean
		TimedAspect ownTimedAspect(MeterRegistry registry) {
			return new TimedAspect(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class OwnAspects {

		@Bean
		TimedAspect ownTimedAspect(MeterRegistry registry) {
			return new TimedAspect(registry);
		}

		@Bean
		CountedAspect ownCountedAspect(MeterRegistry registry) {
			return new CountedAspect(registry);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class WebApplication {

		@Bean
		ShopController shopController() {
			return new ShopController();
		}

	}

	@RestController
	static class ShopController {

		@Timed("controller.timed")
		@Counted("controller.counted")
		@GetMapping("/timed")
		String timed() {
			return "timed";
		}

	}

	interface Priced {

		@Timed("priced.price")
		int price();

	}

	interface PricedByWeight extends Priced {

	}

	static class Prices implements Priced {

		@Override
		public int price() {
			return 3;
		}

	}

	@Timed("meta.timed")
	@Retention(RetentionPolicy.RUNTIME)
	@interface Measured {

	}

	public static class Order {

		private final String name;

		Order(String name) {
			this.name = name;
		}

		public String getName() {
			return this.name;
		}

	}

	static class Shop {

		@Timed(value = "shop.order", extraTags = { "extra", "yes" })
		@Counted("shop.orders")
		void order() {
		}

		@Timed("shop.fail")
		void fail() {
			throw new IllegalStateException("fails");
		}

		@Measured
		void meta() {
		}

		@Timed("twice.a")
		@Timed("twice.b")
		void twice() {
		}

		@Counted(value = "shop.maybe", recordFailuresOnly = true)
		void maybe(boolean fails) {
			if (fails) {
				throw new IllegalStateException("fails");
			}
		}

		@Timed("shop.tagged")
		@Counted("shop.tagged.calls")
		void tagged(@MeterTag("country") String country, @MeterTag(key = "size", expression = "name") Order order) {
		}

		@Timed("shop.later")
		@Counted("shop.later.calls")
		CompletableFuture<String> later(CompletableFuture<String> future) {
			return future;
		}

		@Timed("shop.mono")
		Mono<String> mono() {
			return Mono.just("one");
		}

		@Timed("shop.flux")
		Flux<String> flux() {
			return Flux.error(new IllegalStateException("fails"));
		}

		@Timed(value = "shop.long", longTask = true)
		CompletableFuture<String> longTask(CompletableFuture<String> future) {
			return future;
		}

		@Timed("shop.connectable")
		@Counted("shop.connectable.calls")
		ConnectableFlux<String> connectable() {
			return Flux.just("one").publish();
		}

		@Timed(value = "shop.long.mono", longTask = true)
		Mono<String> longMono() {
			return Mono.never();
		}

		@Timed(value = "shop.wrong", extraTags = "odd")
		@Counted(value = "shop.wrong.calls", extraTags = "odd")
		String wrong() {
			return "works";
		}

		@Timed("sampled.work")
		void sampled() {
		}

		@Timed("off.work")
		void off() {
		}

		@Timed("shop.gauge")
		void clash() {
		}

	}

	@Timed("timed.shop")
	@Counted("timed.shop.calls")
	static class TimedShop {

		void order() {
		}

	}

}
