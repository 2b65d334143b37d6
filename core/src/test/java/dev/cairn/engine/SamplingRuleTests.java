package dev.cairn.engine;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import dev.cairn.NamePattern;
import dev.cairn.Sampler;
import dev.cairn.Sampler.Signal;
import dev.cairn.Severity;
import dev.cairn.engine.Settings.SamplingRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SamplingRule}.
 */
class SamplingRuleTests {

	@Test
	void keepsWhatTheCallAsksForWhereNoRuleMatches() {
		Sampler rules = sampler(List.of(rule("order.*", null, 0.1)));
		assertThat(rules.rate(new Draft("user.login", Severity.DEBUG, 0.7))).isEqualTo(0.7);
	}

	@Test
	void decidesByTheFirstRuleThatMatches() {
		Sampler rules = sampler(List.of(rule("order.placed", null, 1), rule("order.*", null, 0.1), rule("*", null, 0)));
		assertThat(rules.rate(new Draft("order.placed", Severity.DEBUG, 0.7))).isEqualTo(1);
		assertThat(rules.rate(new Draft("order.viewed", Severity.DEBUG, 0.7))).isEqualTo(0.1);
		assertThat(rules.rate(new Draft("user.login", Severity.DEBUG, 0.7))).isZero();
	}

	@Test
	void canKeepAllErrors() {
		Sampler rules = sampler(List.of(rule("*", Severity.ERROR, 1), rule("*", null, 0)));
		assertThat(rules.rate(new Draft("a", Severity.CRITICAL, 0.5))).isEqualTo(1);
		assertThat(rules.rate(new Draft("a", Severity.WARNING, 0.5))).isZero();
	}

	@Test
	void doesNotSeeWhatTheListHoldsLater() {
		List<SamplingRule> list = new ArrayList<>(List.of(rule("*", null, 0.1)));
		Sampler rules = sampler(list);
		list.clear();
		assertThat(rules.rate(new Draft("a", Severity.DEBUG, 1))).isEqualTo(0.1);
	}

	@ParameterizedTest
	@ValueSource(doubles = { 1.5, -0.1, Double.NaN })
	void refusesARateOutsideOfZeroToOne(double rate) {
		assertThatIllegalArgumentException().isThrownBy(() -> rule("*", null, rate))
			.withMessage("rate must be between 0 and 1, but was " + rate);
	}

	@Test
	void takesAnExceptionAndItsSubclasses() {
		Sampler rules = exceptions("java.io.IOException");
		assertThat(rules.rate(failure(new IOException("no")))).isZero();
		assertThat(rules.rate(failure(new FileNotFoundException("no")))).isZero();
		assertThat(rules.rate(failure(new IllegalStateException("no")))).isEqualTo(1);
		assertThat(rules.rate(new Draft("a", Severity.DEBUG, 1))).isEqualTo(1);
	}

	@Test
	void looksIntoWhatOnlyCarriesAnException() {
		Sampler rules = exceptions("java.io.IOException");
		assertThat(rules.rate(failure(new ExecutionException(new CompletionException(new IOException()))))).isZero();
		assertThat(rules.rate(failure(new IllegalStateException(new IOException())))).isEqualTo(1);
	}

	@Test
	void takesARouteAStatusAndAMessage() {
		Sampler rules = sampler(List.of(conditional("/orders/*", null, null), conditional(null, "404", null),
				conditional(null, "5xx", null), conditional(null, null, "*timed out*")));
		assertThat(rules.rate(request("/orders/{id}", 200))).isZero();
		assertThat(rules.rate(request("/products", 404))).isZero();
		assertThat(rules.rate(request("/products", 503))).isZero();
		assertThat(rules.rate(request("/products", 400))).isEqualTo(1);
		assertThat(rules.rate(failure(new IllegalStateException("it timed out again")))).isZero();
		assertThat(rules.rate(failure(new IllegalStateException()))).isEqualTo(1);
	}

	@Test
	void takesOnlyWhatMeetsAllConditions() {
		Sampler rules = sampler(List.of(conditional("/orders", "5xx", null)));
		assertThat(rules.rate(request("/orders", 500))).isZero();
		assertThat(rules.rate(request("/orders", 200))).isEqualTo(1);
		assertThat(rules.rate(request("/products", 500))).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "600", "5x", "abc", "4xx,5xx" })
	void refusesAStatusThatIsNone(String status) {
		assertThatIllegalArgumentException().isThrownBy(() -> conditional(null, status, null))
			.withMessageContaining("'" + status + "'");
	}

	@ParameterizedTest
	@CsvSource({ "TIMER, cache.*, , , cache.get, , , true", "TIMER, cache.*, , , db.get, , , false",
			", *, , , cache.get, , , false", "COUNTER, *, , , cache.get, , , false",
			"TIMER, *, /orders/*, , http, /orders/{id}, , true", "TIMER, *, *, , cache.get, , , false",
			"TIMER, *, , java.io.IOException, work, , IOException, true",
			"TIMER, *, , java.io.IOException, work, , none, false", "TIMER, *, , *, work, , IOException, true",
			"TIMER, *, , *, work, , None, false", "TIMER, *, , *, work, , , false",
			"TIMER, *, , com.acme.*, work, , IOException, false" })
	void takesMetersByTheirTags(Signal signal, String name, String route, String exception, String meter, String uri,
			String tag, boolean taken) {
		SamplingRule rule = new SamplingRule(signal, NamePattern.of(name), null,
				(exception != null) ? NamePattern.of(exception) : null, (route != null) ? NamePattern.of(route) : null,
				null, null, 0);
		Map<String, Object> tags = new HashMap<>();
		tags.put("route", uri);
		tags.put("exception", tag);
		Sampler.Candidate candidate = new Measured(Signal.TIMER, meter, tags);
		assertThat(sampler(List.of(rule)).rate(candidate)).isEqualTo(taken ? 0 : 1);
	}

	@ParameterizedTest
	@CsvSource({ "SPAN, *, , http, /orders, true", "SPAN, http, , http, , true", "SPAN, http, , jms, , false",
			", *, , http, /orders, false", "REQUEST, *, , http, /orders, false",
			"SPAN, *, /orders/{id}, http, /orders/17, true", "SPAN, *, /orders/{id}, http, /orders/17/items, false",
			"SPAN, *, /orders/{id}, http, /orders, false", "SPAN, *, /orders/{id}/*, http, /orders/17/items/1, true",
			"SPAN, *, /{shop}/{id}, http, /a/b, true", "SPAN, *, /health, http, /health, true",
			"SPAN, *, /health, http, , false" })
	void takesSpansByNameAndPath(Signal signal, String name, String route, String span, String path, boolean taken) {
		SamplingRule rule = new SamplingRule(signal, NamePattern.of(name), null, null,
				(route != null) ? NamePattern.of(route) : null, null, null, 0);
		Map<String, Object> fields = new HashMap<>();
		fields.put("route", path);
		Sampler.Candidate candidate = new Measured(Signal.SPAN, span, fields);
		assertThat(sampler(List.of(rule)).rate(candidate)).isEqualTo(taken ? 0 : 1);
	}

	@Test
	void refusesWhatIsNotKnownWhenASpanStarts() {
		NamePattern any = NamePattern.ANY;
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SamplingRule(Signal.SPAN, any, Severity.ERROR, null, null, null, null, 1))
			.withMessageContaining("not known when a trace begins");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SamplingRule(Signal.SPAN, any, null, any, null, null, null, 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SamplingRule(Signal.SPAN, any, null, null, null, "5xx", null, 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new SamplingRule(Signal.SPAN, any, null, null, null, null, any, 1));
	}

	private static Sampler sampler(List<SamplingRule> rules) {
		return new Settings.Holder(Settings.DEFAULT.withSamplingRules(rules)).sampler();
	}

	private static Sampler exceptions(String name) {
		return sampler(
				List.of(new SamplingRule(null, NamePattern.of("*"), null, NamePattern.of(name), null, null, null, 0)));
	}

	private static SamplingRule conditional(String route, String status, String message) {
		return new SamplingRule(null, NamePattern.of("*"), null, null, (route != null) ? NamePattern.of(route) : null,
				status, (message != null) ? NamePattern.of(message) : null, 0);
	}

	private static Sampler.Candidate failure(Throwable thrown) {
		return new Draft("exception", Severity.ERROR, 1, thrown, Map.of());
	}

	private static Sampler.Candidate request(String route, int status) {
		return new Draft("http.request", Severity.INFORMATIONAL, 1, null, Map.of("route", route, "status", status));
	}

	private static SamplingRule rule(String type, Severity severity, double rate) {
		return new SamplingRule(null, NamePattern.of(type), severity, null, null, null, null, rate);
	}

	private record Measured(Signal signal, String name, Map<String, Object> tags) implements Sampler.Candidate {

		@Override
		public Object field(String key) {
			return this.tags.get(key);
		}

	}

	private record Draft(String name, Severity severity, double requestedRate, Throwable thrown,
			Map<String, ?> fields) implements Sampler.Candidate {

		Draft(String type, Severity severity, double requestedRate) {
			this(type, severity, requestedRate, null, Map.of());
		}

		@Override
		public Object field(String key) {
			return this.fields.get(key);
		}

		@Override
		public Signal signal() {
			return Signal.ofType(this.name);
		}

	}

}
