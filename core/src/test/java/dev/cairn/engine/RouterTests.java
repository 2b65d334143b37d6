package dev.cairn.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.cairn.NamePattern;
import dev.cairn.Route;
import dev.cairn.Severity;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Sink;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Route} and {@link Router}.
 */
class RouterTests {

	private final Accounts ledger = new Accounts();

	private final Settings.Holder settings = new Settings.Holder(Settings.DEFAULT);

	private final Map<String, Sink> sinks = new LinkedHashMap<>();

	private final FakeSink kafka = add("kafka");

	private final FakeSink sentry = add("sentry");

	private final FakeSink file = add("file");

	@Test
	void takesTheFirstRouteThatMatches() {
		Router router = router(Route.of("exception", "sentry"), Route.of("*", "kafka"), Route.of("order.*", "file"));
		assertThat(route(router, "exception")).containsExactly(this.sentry);
		assertThat(route(router, "order.placed")).containsExactly(this.kafka);
	}

	@Test
	void sendsToSeveralSinksInTheirOrder() {
		Router router = router(Route.of("order.*", "file", "kafka"));
		assertThat(route(router, "order.placed")).containsExactly(this.file, this.kafka);
	}

	@Test
	void sendsEverythingToEverySinkWithoutAnyRoute() {
		assertThat(route(router(), "anything")).containsExactly(this.kafka, this.sentry, this.file);
	}

	@Test
	void sendsNowhereWhatNoRouteTakes() {
		assertThat(route(router(Route.of("order.*", "kafka")), "user.login")).isEmpty();
	}

	@Test
	void sendsNowhereWhatARouteWithoutSinksTakes() {
		Router router = router(Route.of("debug.*"), Route.of("*", "kafka"));
		assertThat(route(router, "debug.sql")).isEmpty();
		assertThat(route(router, "order.placed")).containsExactly(this.kafka);
	}

	@Test
	void matchesASeverityOrWorse() {
		Router router = router(new Route(NamePattern.ANY, NamePattern.ANY, Severity.ERROR, List.of("sentry")));
		assertThat(router.route("a", "shop", Severity.CRITICAL)).containsExactly(this.sentry);
		assertThat(router.route("a", "shop", Severity.ERROR)).containsExactly(this.sentry);
		assertThat(router.route("a", "shop", Severity.WARNING)).isEmpty();
	}

	@Test
	void matchesALogger() {
		Router router = router(new Route(NamePattern.ANY, NamePattern.of("billing*"), null, List.of("file")));
		assertThat(router.route("a", "billing-eu", Severity.DEBUG)).containsExactly(this.file);
		assertThat(router.route("a", "shop", Severity.DEBUG)).isEmpty();
	}

	@Test
	void namesASinkThatThereIsNotAndThoseThatThereAre() {
		assertThatIllegalArgumentException().isThrownBy(() -> router(Route.of("order.*", "kakfa")))
			.withMessageContaining("'order.*'")
			.withMessageContaining("'kakfa'")
			.withMessageContaining("[kafka, sentry, file]");
	}

	private FakeSink add(String name) {
		FakeSink sink = new FakeSink(this.ledger, name);
		this.sinks.put(name, sink);
		return sink;
	}

	private Router router(Route... routes) {
		return new Router(List.of(routes), this.sinks, this.ledger, this.settings);
	}

	private static List<Sink> route(Router router, String type) {
		return router.route(type, "shop", Severity.INFORMATIONAL);
	}

}
