package dev.cairn.spring.tracing;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import dev.cairn.annotation.Traced;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.annotation.ObservationKeyValue;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.aop.support.AopUtils;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.AliasFor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link Traced @Traced} on the beans of a running application with a tracer, and without
 * one.
 */
class TracedTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.startWithoutWeb(Application.class,
				"management.tracing.sampling.probability=1");
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		spans().clear();
	}

	private static RecordedSpans spans() {
		return application.bean(RecordedSpans.class);
	}

	private static Shop shop() {
		return application.bean(Shop.class);
	}

	private static Tracer tracer() {
		return application.bean(Tracer.class);
	}

	private static @Nullable String tag(SpanData span, String name) {
		return RecordedSpans.tag(span, name);
	}

	@Test
	void aCallIsASpanWithItsTags() {
		assertThat(shop().pay(new Order("o-1", "ann"), "AKIAIOSFODNN7EXAMPLE")).isEqualTo("receipt of o-1");
		SpanData span = spans().only("pay");
		assertThat(tag(span, "order.id")).isEqualTo("o-1");
		assertThat(tag(span, "length")).isEqualTo("14");
		assertThat(tag(span, "how")).isEqualTo("pay");
		assertThat(tag(span, "credential")).doesNotContain("AKIAIOSFODNN7EXAMPLE");
		assertThat(tag(span, "none")).isNull();
		assertThat(tag(span, "class")).isEqualTo(Shop.class.getName());
		assertThat(tag(span, "method")).isEqualTo("pay");
		assertThat(span.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		assertThat(span.getParentSpanContext().isValid()).isFalse();
		assertThat(tracer().currentSpan()).isNull();
	}

	@Test
	void spansAreNestedAndCurrentDuringTheCall() {
		Span[] active = new Span[1];
		shop().within(() -> {
			active[0] = tracer().currentSpan();
			return shop().pay(new Order("o-1", "ann"), "");
		});
		SpanData outer = spans().only("Shop.within");
		assertThat(active[0].context().spanId()).isEqualTo(outer.getSpanId());
		assertThat(spans().only("pay").getParentSpanId()).isEqualTo(outer.getSpanId());
	}

	@Test
	void anExceptionMarksTheSpanOnceAndPassesUnchanged() {
		IllegalStateException thrown = new IllegalStateException("sold out");
		assertThatException().isThrownBy(() -> shop().within(() -> {
			throw thrown;
		})).isSameAs(thrown);
		SpanData span = spans().only("Shop.within");
		assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(span.getEvents()).hasSize(1);
		assertThat(tag(span, "result")).isNull();
		assertThat(tag(span, "why")).isEqualTo("sold out");
	}

	@Test
	void aFutureEndsItsSpan() {
		CompletableFuture<String> future = new CompletableFuture<>();
		assertThat(shop().later(future)).isSameAs(future);
		assertThat(spans().all()).isEmpty();
		assertThat(tracer().currentSpan()).isNull();
		future.complete("done");
		assertThat(tag(spans().only("Shop.later"), "result")).isEqualTo("done");
	}

	@Test
	void aFutureThatFailsMarksItsSpan() {
		CompletableFuture<String> future = new CompletableFuture<>();
		shop().later(future.thenApply((value) -> value));
		future.completeExceptionally(new IllegalStateException("late"));
		SpanData span = spans().only("Shop.later");
		assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(span.getEvents()).singleElement()
			.satisfies((event) -> assertThat(event.getAttributes().asMap().toString()).contains("IllegalState"));
	}

	@Test
	void aFutureThatIsCancelledEndsItsSpan() {
		CompletableFuture<String> future = new CompletableFuture<>();
		shop().later(future).cancel(true);
		spans().only("Shop.later");
	}

	@Test
	void eachSubscriptionIsASpanAndTheParentOfWhatHappensUpstream() {
		Mono<String> mono = shop().mono(Mono.deferContextual((context) -> {
			Observation current = context.get("micrometer.observation");
			return Mono.just(current.getContext().getContextualName());
		}));
		assertThat(spans().all()).isEmpty();
		assertThat(mono.block()).isEqualTo("Shop.mono");
		assertThat(mono.block()).isEqualTo("Shop.mono");
		assertThat(spans().named("Shop.mono")).hasSize(2)
			.allSatisfy((span) -> assertThat(tag(span, "result")).isEqualTo("Shop.mono"))
			.extracting(SpanData::getTraceId)
			.doesNotHaveDuplicates();
	}

	@Test
	void aPublisherIsPartOfTheObservationOfItsSubscriber() {
		Mono<String> inner = shop().mono(Mono.just("x"));
		shop().mono(Mono.defer(() -> inner).map((text) -> text + "y")).block();
		List<SpanData> both = spans().named("Shop.mono");
		assertThat(both).hasSize(2);
		assertThat(both).filteredOn((span) -> !span.getParentSpanContext().isValid()).hasSize(1);
		assertThat(both).extracting(SpanData::getTraceId).containsOnly(both.get(0).getTraceId());
	}

	@Test
	void aPublisherThatFailsOrIsCancelledEndsItsSpan() {
		assertThatException().isThrownBy(() -> shop().mono(Mono.error(new IllegalStateException("no"))).block());
		assertThat(spans().only("Shop.mono").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		Disposable subscription = shop().flux(Flux.never()).subscribe();
		assertThat(spans().named("Shop.flux")).isEmpty();
		subscription.dispose();
		assertThat(spans().only("Shop.flux").getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
	}

	@Test
	void aSpanThatRequiresAnActiveOneBeginsNoTrace() {
		assertThat(shop().quiet()).isEqualTo("quiet");
		assertThat(spans().all()).isEmpty();
		shop().within(() -> shop().quiet());
		assertThat(spans().only("Shop.quiet").getParentSpanId()).isEqualTo(spans().only("Shop.within").getSpanId());
	}

	@Test
	void severalAnnotationsAreSeveralSpans() {
		shop().twice();
		assertThat(spans().only("inner").getParentSpanId()).isEqualTo(spans().only("outer").getSpanId());
	}

	@Test
	void anAnnotationMayBeAnnotatedAndDeclaredByAnInterface() {
		application.bean(Priced.class).price("tea");
		assertThat(tag(spans().only("priced"), "product")).isEqualTo("tea");
	}

	@Test
	void anAnnotatedClassRecordsItsPublicMethods() {
		Store store = application.bean(Store.class);
		store.open();
		store.close();
		store.internal();
		assertThat(store.toString()).isNotEmpty();
		assertThat(spans().all()).extracting(SpanData::getName).containsExactly("Store.open", "shut");
	}

	@Test
	void micrometersAnnotationsAddTags() {
		shop().annotated(new Order("o-2", "bob"));
		SpanData span = spans().only("Shop.annotated");
		assertThat(tag(span, "customer")).isEqualTo("bob");
		assertThat(tag(span, "answer")).isEqualTo("42");
	}

	@Test
	void aTagThatFailsIsLeftOut() {
		assertThat(shop().broken(new Broken())).isEqualTo("fine");
		SpanData span = spans().only("Shop.broken");
		assertThat(tag(span, "broken")).isNull();
		assertThat(tag(span, "good")).isEqualTo("broken");
		assertThat(tag(span, "huge")).hasSize(1024);
	}

	@Test
	void aHandlerSeesTheCallWhenItStarts() {
		shop().quietly("hook me");
		assertThat(tag(spans().only("Shop.quietly"), "hooked")).isEqualTo("hook me");
	}

	@Test
	void aHandlerThatThrowsDoesNotFailTheCall() {
		assertThat(shop().quietly("throw")).isEqualTo("throw");
		assertThat(shop().quietly("throw in scope")).isEqualTo("throw in scope");
		assertThat(tracer().currentSpan()).isNull();
	}

	@Test
	void thereIsNoTimerUnlessItIsSwitchedOn() {
		shop().quietly("x");
		assertThat(application.bean(SimpleMeterRegistry.class).find("method.traced").timers()).isEmpty();
		try (RunningApplication timed = RunningApplication.startWithoutWeb(Application.class,
				"management.metrics.enable.method.traced=true")) {
			timed.bean(Shop.class).quietly("x");
			assertThat(
					timed.bean(SimpleMeterRegistry.class).get("method.traced").tag("method", "quietly").timer().count())
				.isOne();
		}
	}

	@Test
	void withoutATracerCallsAreAsTheyWere() {
		try (RunningApplication plain = RunningApplication.startWithoutWeb(Application.class,
				RunningApplication.WITHOUT_TRACER, "management.metrics.enable.method.traced=true")) {
			assertThat(plain.bean(Shop.class).pay(new Order("o-1", "ann"), "")).isEqualTo("receipt of o-1");
			assertThat(plain.bean(Shop.class).mono(Mono.just("x")).block()).isEqualTo("x");
			assertThat(plain.bean(SimpleMeterRegistry.class).find("method.traced").timers()).isEmpty();
		}
	}

	@Test
	void theAnnotationsCanBeSwitchedOff() {
		try (RunningApplication off = RunningApplication.startWithoutWeb(Application.class,
				"cairn.annotations.enabled=false")) {
			assertThat(AopUtils.isAopProxy(off.bean(Shop.class))).isFalse();
		}
	}

	@Test
	void whatCannotBeInterceptedIsLoggedOnce() {
		try (RunningApplication obstructed = RunningApplication.startWithoutWeb(ObstructedApplication.class)) {
			assertThat(obstructed.bean(FinalShop.class).pay()).isEqualTo("paid");
			assertThat(RunningApplication.warnings()).filteredOn((line) -> line.contains("@Traced"))
				.hasSize(3)
				.anySatisfy((line) -> assertThat(line).containsPattern("FinalShop#(pay|refund) .* is final"))
				.anySatisfy((line) -> assertThat(line).contains("#shared", "it is private or static"))
				.anySatisfy((line) -> assertThat(line).contains("#hidden", "it is private or static"));
		}
	}

	@Test
	void aBeanWithoutAProxyIsLogged() {
		try (RunningApplication unproxied = RunningApplication.startWithoutWeb(Application.class,
				"spring.aop.auto=false")) {
			assertThat(AopUtils.isAopProxy(unproxied.bean(Shop.class))).isFalse();
			assertThat(RunningApplication.warnings())
				.anySatisfy((line) -> assertThat(line).contains(Shop.class.getName(), "spring.aop.auto"));
		}
	}

	@Test
	void anInvalidTagFailsTheStart() {
		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> RunningApplication.startWithoutWeb(InvalidApplication.class))
			.withMessageContaining("InvalidShop#pay has the tag 'id = #oder.id'")
			.withMessageContaining("at position 1: the variable #oder is not available")
			.withMessageContaining("#order");
	}

	record Order(String id, String customer) {
	}

	public static class Broken {

		public String getName() {
			return "broken";
		}

		public String getFailing() {
			throw new IllegalStateException("broken");
		}

		public String getHuge() {
			return "x".repeat(1_000_000);
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@Traced("priced")
	@interface Costly {

		@AliasFor(annotation = Traced.class, attribute = "tags")
		String[] with() default {};

	}

	interface Priced {

		@Costly(with = "product = #a0")
		int price(String product);

	}

	static class PriceList implements Priced {

		@Override
		public int price(String product) {
			return 3;
		}

	}

	@Traced
	public static class Store {

		public void open() {
		}

		@Traced("shut")
		public void close() {
		}

		void internal() {
		}

	}

	static class Shop {

		@Traced(value = "pay", tags = { "order.id = #order.id", "length = #result.length", "how = #method",
				"credential = #secret", "none = #order.customer == 'x' ? 1 : null" })
		String pay(Order order, String secret) {
			return "receipt of " + order.id();
		}

		@Traced(tags = { "result = #result", "why = #exception.message" })
		String within(Supplier<String> work) {
			return work.get();
		}

		@Traced(tags = "result = #result")
		CompletableFuture<String> later(CompletableFuture<String> future) {
			return future;
		}

		@Traced(tags = "result = #result")
		Mono<String> mono(Mono<String> mono) {
			return mono;
		}

		@Traced
		Flux<String> flux(Flux<String> flux) {
			return flux;
		}

		@Traced(requireActive = true)
		String quiet() {
			return "quiet";
		}

		@Traced
		String quietly(String text) {
			return text;
		}

		@Traced("outer")
		@Traced("inner")
		void twice() {
		}

		@Traced
		@ObservationKeyValue(key = "answer")
		int annotated(@ObservationKeyValue(key = "customer", expression = "customer") Order order) {
			return 42;
		}

		@Traced(tags = { "broken = #value.failing", "good = #value.name", "huge = #value.huge" })
		String broken(Broken value) {
			return "fine";
		}

	}

	static final class FinalShop {

		@Traced
		String pay() {
			return "paid";
		}

		@Traced
		String refund() {
			return "refunded";
		}

	}

	static class HiddenShop {

		@Traced
		private String hidden() {
			return shared();
		}

		@Traced
		private static String shared() {
			return "hidden";
		}

		@Override
		public String toString() {
			return hidden();
		}

	}

	static class InvalidShop {

		@Traced(tags = "id = #oder.id")
		void pay(Order order) {
		}

	}

	/** An on-start hook. */
	static class Hook implements ObservationHandler<Observation.Context> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return "method.traced".equals(context.getName());
		}

		@Override
		public void onStart(Observation.Context context) {
			MethodInvocation call = context.getRequired(MethodInvocation.class);
			if (call.getMethod().getName().equals("quietly")) {
				context.addHighCardinalityKeyValue(
						io.micrometer.common.KeyValue.of("hooked", (String) call.getArguments()[0]));
				fail("throw".equals(call.getArguments()[0]));
			}
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			MethodInvocation call = context.getRequired(MethodInvocation.class);
			fail(call.getArguments().length > 0 && "throw in scope".equals(call.getArguments()[0]));
		}

		private static void fail(boolean failing) {
			if (failing) {
				throw new IllegalStateException("a hook that fails");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ RecordedSpans.class, Shop.class, PriceList.class, Store.class, Hook.class })
	static class Application {

		@Bean
		SimpleMeterRegistry registry() {
			return new SimpleMeterRegistry();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ FinalShop.class, HiddenShop.class })
	static class ObstructedApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class InvalidApplication {

		@Bean
		@Lazy
		InvalidShop invalidShop() {
			return new InvalidShop();
		}

	}

}
