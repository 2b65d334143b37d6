package dev.cairn.context;

import java.math.BigDecimal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import dev.cairn.Binding;
import dev.cairn.BindingExtractor;
import dev.cairn.Trace;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BoundContext} and {@link ThreadContext}.
 */
class BoundContextTests {

	private final List<String> failures = new ArrayList<>();

	private final Extensions extensions = new Extensions(this.failures::add, (text) -> text);

	private final Signals signals = new Signals(List.of(), InstantSource.system(), this.extensions, Trace.Source.NONE);

	private final BoundContext context = context(true);

	private BoundContext context(boolean inDiagnosticContext) {
		return new BoundContext(this.extensions, List.of(new OrderExtractor(), new BrokenExtractor()),
				(name) -> name.contains("password"), inDiagnosticContext, Set.of("tenant", "user.name", "password"));
	}

	@AfterEach
	void leavesNothingBehind() {
		assertThat(ThreadContext.current()).isNull();
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void restoresTheValueBeforeWhenABindingIsClosed() {
		Binding outer = this.context.bind("user", "a");
		try (Binding inner = this.context.bind("user", "b")) {
			assertThat(this.context.bindings()).containsExactly(Map.entry("user", "b"));
			assertThat(MDC.get("user")).isEqualTo("b");
		}
		assertThat(this.context.bindings()).containsExactly(Map.entry("user", "a"));
		assertThat(MDC.get("user")).isEqualTo("a");
		outer.close();
		outer.close();
		assertThat(this.context.bindings()).isEmpty();
	}

	@Test
	void closesBindingsInAnyOrder() {
		Binding first = this.context.bind("user", "a");
		Binding second = this.context.bind("user", "b");
		Binding other = this.context.bind("order", 1);
		first.close();
		assertThat(this.context.bindings()).containsOnly(Map.entry("user", "b"), Map.entry("order", 1));
		second.close();
		assertThat(this.context.bindings()).containsOnly(Map.entry("order", 1));
		other.close();
	}

	@Test
	void leavesTheDiagnosticContextOfTheHostAsItWas() {
		MDC.put("user", "host");
		MDC.put("tenant", "acme");
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			this.context.bind("user", "a");
			try (Binding inner = this.context.bind("user", "b"); Binding order = this.context.bind("order", 1)) {
				assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "b", "order", "1", "tenant", "acme"));
			}
			assertThat(MDC.get("user")).isEqualTo("a");
		}
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "host", "tenant", "acme"));
		MDC.clear();
	}

	@Test
	void keepsAValueOfTheHostThatIsSetAfterABindingWasClosed() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			this.context.bind("user", "a").close();
			MDC.put("user", "host");
		}
		assertThat(MDC.get("user")).isEqualTo("host");
		MDC.clear();
	}

	@Test
	void unbindsAtTheEndOfTheUnitOfWork() {
		UnitOfWork outer = this.signals.start(UnitOfWork.Kind.TASK, "outer");
		try (UnitOfWork.Scope scope = outer.open()) {
			this.context.bind("user", "a");
			UnitOfWork inner = this.signals.start(UnitOfWork.Kind.TASK, "inner");
			try (UnitOfWork.Scope within = inner.open()) {
				this.context.bind("user", "b");
				this.context.bind("order", 1);
			}
			assertThat(this.context.bindings()).containsOnly(Map.entry("user", "a"));
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "a"));
			assertThat(inner.bindings()).isEqualTo(Map.of("user", "b", "order", 1));
		}
		assertThat(outer.bindings()).isEqualTo(Map.of("user", "a"));
	}

	@Test
	void staysBoundWhenTheUnitOfWorkIsOpenedAgain() throws Exception {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.REQUEST, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			this.context.bind("user", "a");
			this.context.bind("order", 1);
			this.context.bind("order", 2).close();
			this.context.bind("step", 1).close();
			this.context.bind("gone", 1);
			this.context.unbind("gone");
		}
		onAnotherThread(() -> {
			try (UnitOfWork.Scope scope = unit.open()) {
				assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a", "order", 1));
				assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "a", "order", "1"));
			}
		});
		assertThat(unit.bindings()).as("with the last value of those that are closed")
			.isEqualTo(Map.of("user", "a", "order", 1, "step", 1));
	}

	@Test
	void followsTheWorkToAnotherThreadAndDoesNotComeBack() throws Exception {
		Binding user = this.context.bind("user", "a");
		ThreadContext.Snapshot captured = Objects.requireNonNull(ThreadContext.capture());
		user.close();
		onAnotherThread(() -> {
			MDC.put("user", "host");
			try (UnitOfWork.Scope scope = ThreadContext.enter(captured)) {
				assertThat(MDC.get("user")).isEqualTo("a");
				this.context.bind("user", "b");
				this.context.bind("order", 1);
				assertThat(this.context.bindings()).isEqualTo(Map.of("user", "b", "order", 1));
			}
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "host"));
			assertThat(ThreadContext.current()).isNull();
		});
		assertThat(this.context.bindings()).isEmpty();
	}

	@Test
	void keepsWhatItHasInheritedWhenTheCallerClosesIt() throws Exception {
		Binding tenant = this.context.bind("tenant", "acme");
		Binding order = this.context.bind("order", 1);
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "call");
		order.close();
		onAnotherThread(() -> {
			try (UnitOfWork.Scope scope = unit.open()) {
				assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("tenant", "acme", "order", "1"));
				this.context.bind("order", 2).close();
				try (Binding fresh = this.context.fresh()) {
					assertThat(this.context.bindings()).isEmpty();
				}
				assertThat(this.context.bindings()).isEqualTo(Map.of("tenant", "acme", "order", 1));
			}
		});
		tenant.close();
		onAnotherThread(() -> {
			try (UnitOfWork.Scope scope = unit.open()) {
				assertThat(this.context.bindings()).isEqualTo(Map.of("tenant", "acme", "order", 1));
				assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("tenant", "acme", "order", "1"));
			}
		});
		assertThat(unit.bindings()).isEqualTo(Map.of("tenant", "acme", "order", 1));
	}

	@Test
	void unbindsAnInheritedValueUntilTheUnitOfWorkEnds() {
		try (Binding order = this.context.bind("order", 1)) {
			UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "call");
			try (UnitOfWork.Scope scope = unit.open()) {
				this.context.unbind("order");
				assertThat(this.context.bindings()).isEmpty();
				assertThat(MDC.get("order")).isNull();
			}
			assertThat(MDC.get("order")).isEqualTo("1");
		}
	}

	@Test
	void leavesAValueOfTheHostWhileThereIsNoneToShow() {
		for (Supplier<Object> value : Arrays.<Supplier<Object>>asList(null, () -> null, () -> "lazy")) {
			MDC.put("worker", "host");
			UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
			try (UnitOfWork.Scope scope = unit.open()) {
				this.context.bind("worker", "a");
				this.context.bind("worker", value);
				assertThat(MDC.get("worker")).isEqualTo("host");
				Object read = this.context.bindings().get("worker");
				assertThat(MDC.get("worker")).isEqualTo((read != null) ? read : "host");
			}
			assertThat(MDC.get("worker")).isEqualTo("host");
		}
		MDC.clear();
	}

	@Test
	void hidesAnInheritedValueWhileALazyOneIsUnread() {
		try (Binding order = this.context.bind("order", 1)) {
			UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "call");
			try (UnitOfWork.Scope scope = unit.open()) {
				this.context.bind("order", 2);
				this.context.bind("order", () -> 3);
				assertThat(MDC.get("order")).isNull();
			}
			assertThat(MDC.get("order")).isEqualTo("1");
		}
	}

	@Test
	void restoresTheValuesOfDeeplyNestedBindings() {
		nest(500);
	}

	private void nest(int depth) {
		try (Binding node = this.context.bind("node", depth)) {
			if (depth > 0) {
				nest(depth - 1);
			}
			assertThat(this.context.bindings()).isEqualTo(Map.of("node", depth));
			assertThat(MDC.get("node")).isEqualTo(String.valueOf(depth));
		}
	}

	@Test
	void leavesAValueRemovedThatTheHostHasRemovedMeanwhile() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.REQUEST, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			MDC.put("user", "host");
			this.context.bind("user", "a");
			MDC.remove("user");
			try (MDC.MDCCloseable order = MDC.putCloseable("order", "host")) {
				this.context.bind("order", 1);
			}
			MDC.put("tenant", "host");
			this.context.bind("tenant", (Object) null);
			MDC.remove("tenant");
			MDC.put("step", "host");
			Binding step = this.context.bind("step", 1);
			MDC.remove("step");
			step.close();
			assertThat(MDC.get("step")).isNull();
		}
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void leavesAValueThatTheHostHasChangedMeanwhile() {
		try (Binding user = this.context.bind("user", "a")) {
			MDC.put("user", "host");
			try (Binding inner = this.context.bind("user", "b")) {
				assertThat(MDC.get("user")).isEqualTo("b");
			}
			MDC.put("user", "changed");
		}
		assertThat(MDC.get("user")).isEqualTo("changed");
		MDC.clear();
	}

	@Test
	void isLeftWhenAThreadTakesOverItsOwnContext() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		for (boolean within : new boolean[] { true, false }) {
			try (UnitOfWork.Scope scope = within ? unit.open() : () -> {
			}) {
				ThreadContext before = ThreadContext.current();
				try (Binding order = this.context.bind("order", 1)) {
					ThreadContext level = ThreadContext.current();
					for (int i = 0; i < 3; i++) {
						ThreadContext.Snapshot captured = ThreadContext.capture();
						ThreadContext.enter(captured);
						this.context.bind("task", i);
						ThreadContext.restore(captured);
						assertThat(ThreadContext.current()).isSameAs(level);
						assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("order", "1"));
					}
				}
				assertThat(ThreadContext.current()).isSameAs(before);
				assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
			}
		}
	}

	@Test
	void closesABindingInAContextThatTheThreadHasLeftForNow() {
		Binding order = this.context.bind("order", 1);
		Binding user = this.context.bind("user", "a");
		try (Binding fresh = this.context.fresh()) {
			order.close();
		}
		assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a"));
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "a"));
		ThreadContext.Snapshot captured = ThreadContext.capture();
		ThreadContext.enter(captured);
		user.close();
		assertThat(this.context.bindings()).isEmpty();
		ThreadContext.restore(captured);
		assertThat(this.context.bindings()).isEmpty();
		assertThat(ThreadContext.current()).isNull();
	}

	@Test
	void aTaskWithoutAContextLeavesNothingBehind() {
		ThreadContext.Snapshot captured = ThreadContext.capture();
		ThreadContext.enter(captured);
		this.context.bind("customer", "alice");
		ThreadContext.restore(captured);
		assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
	}

	@Test
	void showsALazyValueThatAnotherThreadOrLevelHasComputed() throws Exception {
		try (Binding lazy = this.context.bind("lazy", () -> 7); Binding inner = this.context.bind("inner", () -> 8)) {
			ThreadContext.Snapshot captured = ThreadContext.capture();
			onAnotherThread(() -> {
				try (UnitOfWork.Scope scope = ThreadContext.enter(captured)) {
					this.context.bindings();
				}
			});
			assertThat(MDC.get("lazy")).isNull();
			assertThat(this.context.bindings()).containsEntry("lazy", 7);
			assertThat(MDC.get("lazy")).isEqualTo("7");
		}
		try (Binding lazy = this.context.bind("lazy", () -> 7)) {
			ThreadContext.Snapshot captured = ThreadContext.capture();
			ThreadContext.enter(captured);
			this.context.bindings();
			ThreadContext.restore(captured);
			assertThat(MDC.get("lazy")).isEqualTo("7");
		}
	}

	@Test
	void aSubclassOfANumberThatFailsIsIsolated() {
		BigDecimal hostile = new BigDecimal("1") {

			private static final long serialVersionUID = 1L;

			@Override
			public String toString() {
				throw new IllegalStateException("hostile");
			}

		};
		try (Binding money = this.context.bind("money", hostile); Binding none = this.context.bind("none", null)) {
			assertThat(this.context.bindings()).hasSize(1);
		}
	}

	@Test
	void isRestoredInline() {
		try (Binding user = this.context.bind("user", "a");
				Binding fresh = this.context.fresh();
				Binding order = this.context.bind("order", 1)) {
			ThreadContext.Snapshot before = Objects.requireNonNull(ThreadContext.capture());
			ThreadContext.enter(ThreadContext.Snapshot.EMPTY);
			assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
			this.context.bind("task", 1);
			ThreadContext.restore(before);
			assertThat(this.context.bindings()).isEqualTo(Map.of("order", 1));
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("order", "1"));
		}
	}

	@Test
	void hasNoEffectIfAnotherThreadClosesABinding() throws Exception {
		Binding user = this.context.bind("user", "a");
		onAnotherThread(user::close);
		this.context.bind("user", "b").close();
		assertThat(MDC.get("user")).isEqualTo("a");
		user.close();
	}

	@Test
	void startsAfreshUntilThatIsClosed() {
		try (Binding user = this.context.bind("user", "a")) {
			try (Binding fresh = this.context.fresh()) {
				assertThat(this.context.bindings()).isEmpty();
				assertThat(MDC.get("user")).isNull();
				this.context.bind("order", 1);
				assertThat(MDC.get("order")).isEqualTo("1");
			}
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a"));
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "a"));
		}
	}

	@Test
	void unbindsByNameAndByPrefix() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			this.context.bind(Map.of("order.id", 1, "order.total", 2, "user", "a"));
			this.context.unbind("order.*");
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a"));
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("user", "a"));
			assertThat(this.context.tryUnbind("order.*")).isFalse();
			assertThatIllegalArgumentException().isThrownBy(() -> this.context.unbind("order.*"))
				.withMessage("nothing is bound under 'order.*'");
			assertThat(this.context.tryUnbind("user", "order.id")).isTrue();
		}
		assertThat(unit.bindings()).isEmpty();
	}

	@Test
	void restoresWhatWasBoundBeforeAnInnerValueWasUnbound() {
		try (Binding outer = this.context.bind("user", "a")) {
			try (Binding inner = this.context.bind("user", "b")) {
				this.context.unbind("user");
				assertThat(this.context.bindings()).isEmpty();
				assertThat(MDC.get("user")).isNull();
			}
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a"));
			assertThat(MDC.get("user")).isEqualTo("a");
		}
	}

	@Test
	void hidesAValueBehindNull() {
		try (Binding outer = this.context.bind("user", "a")) {
			try (Binding inner = this.context.bind("user", (Object) null)) {
				assertThat(this.context.bindings()).isEmpty();
				assertThat(MDC.get("user")).isNull();
			}
			assertThat(MDC.get("user")).isEqualTo("a");
		}
	}

	@Test
	void asksForALazyValueOnce() throws Exception {
		AtomicInteger asked = new AtomicInteger();
		try (Binding user = this.context.bind("user", () -> "u" + asked.incrementAndGet())) {
			assertThat(MDC.get("user")).isNull();
			ThreadContext.Snapshot captured = Objects.requireNonNull(ThreadContext.capture());
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "u1"));
			assertThat(MDC.get("user")).isEqualTo("u1");
			onAnotherThread(() -> {
				try (UnitOfWork.Scope scope = ThreadContext.enter(captured)) {
					assertThat(this.context.bindings()).isEqualTo(Map.of("user", "u1"));
					assertThat(MDC.get("user")).isEqualTo("u1");
				}
			});
		}
		assertThat(asked).hasValue(1);
	}

	@Test
	void isolatesALazyValueThatFails() {
		Supplier<Object> hostile = () -> {
			throw new StackOverflowError();
		};
		try (Binding user = this.context.bind("user", hostile)) {
			assertThat(this.context.bindings()).isEmpty();
		}
		assertThat(this.failures).containsExactly("the supplier of a binding");
	}

	@Test
	void doesNotWaitForALazyValueThatReadsItself() {
		try (Binding user = this.context.bind("user", () -> "saw " + this.context.bindings())) {
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "saw {}"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "a\nb", "a=b", "\u00e4", "\"", "a{" })
	void refusesANameThatCouldBreakALine(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.context.bind(name, 1))
			.withMessageContaining("but was '" + name + "'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.context.bind(Map.of("a", 1, name, 1)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "traceId", "spanId", "errorId" })
	void renamesAReservedName(String name) {
		try (Binding bound = this.context.bind(name, "x")) {
			assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("bound." + name, "x"));
			assertThat(this.context.tryUnbind(name)).isTrue();
			assertThat(this.context.bindings()).isEmpty();
		}
	}

	@Test
	void writesNoControlCharactersNorSecretsNorLongTextsIntoTheDiagnosticContext() {
		try (Binding values = this.context.bind(Map.of("a", "x\n{\"level\":\"ERROR\"}\u001b[31m\u2028", "db.password",
				"s3cret", "long", "\n".repeat(1_000_000)))) {
			assertThat(MDC.get("a")).isEqualTo("x\\n{\"level\":\"ERROR\"}\\u001b[31m\\u2028");
			assertThat(MDC.get("db.password")).isEqualTo("********");
			assertThat(MDC.get("long")).hasSize(1024);
		}
	}

	@Test
	void bindsObjectsAsTheirText() {
		Object hostile = new Object() {

			@Override
			public String toString() {
				throw new IllegalStateException("hostile");
			}

		};
		try (Binding values = this.context
			.bind(Map.of("enum", Thread.State.NEW, "list", new ArrayList<>(List.of(1)), "hostile", hostile))) {
			assertThat(this.context.bindings()).containsEntry("enum", "NEW")
				.containsEntry("list", "[1]")
				.hasEntrySatisfying("hostile", (text) -> assertThat((String) text).startsWith("[unprintable "));
		}
	}

	@Test
	void holdsABoundedNumberOfValues() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			for (int i = 0; i < 1000; i++) {
				this.context.bind("key" + i, i);
			}
			this.context.bind("key0", "other");
			assertThat(this.context.bindings()).hasSize(100).containsEntry("key0", "other");
		}
		assertThat(unit.bindings()).hasSize(100);
		assertThat(this.failures).hasSize(900);
	}

	@Test
	void forgetsValuesThatAreBoundAgainAndAgain() {
		UnitOfWork unit = this.signals.start(UnitOfWork.Kind.TASK, "a");
		try (UnitOfWork.Scope scope = unit.open()) {
			List<Binding> bindings = new ArrayList<>();
			for (int i = 0; i < 5000; i++) {
				bindings.add(this.context.bind("item", i));
			}
			for (int i = 4999; i >= 3000; i--) {
				bindings.get(i).close();
			}
			assertThat(this.context.bindings()).as("the chain of the values before is bounded").isEmpty();
		}
	}

	@Test
	void bindsWhatAnExtractorReturns() {
		try (Binding order = this.context.bindFrom(new Order(7, "acme"))) {
			assertThat(this.context.bindings()).isEqualTo(Map.of("order.id", 7L, "order.customer", "acme"));
		}
		assertThat(this.context.isExtractable(Order.class)).isTrue();
		assertThat(this.context.isExtractable(Object.class)).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> this.context.bindFrom(new Object()))
			.withMessage("there is no BindingExtractor for java.lang.Object");
	}

	@Test
	void isolatesAnExtractorThatFails() {
		this.context.bindFrom(Thread.State.NEW).close();
		assertThat(this.failures).containsExactly("binding extractor " + BrokenExtractor.class.getName());
	}

	@Test
	void leavesTheDiagnosticContextAloneIfThatIsSwitchedOff() {
		try (Binding user = context(false).bind("user", "a")) {
			assertThat(MDC.get("user")).isNull();
			assertThat(this.context.bindings()).isEqualTo(Map.of("user", "a"));
		}
	}

	@Test
	void sendsAndReceivesTheAllowedValuesAsBaggage() {
		String header;
		try (Binding bound = this.context
			.bind(Map.of("user.name", "J\u00fcrgen, \"x\"; +1\n", "password", "s3cret", "order", 1))) {
			header = this.context.baggage(null, (name, text) -> name.equals("password") ? "********" : text);
		}
		assertThat(header).isIn("user.name=J%C3%BCrgen%2C%20%22x%22%3B%20%2B1%0A,password=********",
				"password=********,user.name=J%C3%BCrgen%2C%20%22x%22%3B%20%2B1%0A");
		Signals receiving = new Signals(List.of(), InstantSource.system(), this.extensions, Trace.Source.NONE,
				this.context);
		UnitOfWork unit = receiving.start(UnitOfWork.Kind.REQUEST, "a", (name) -> name.equals("baggage")
				? header + ", tenant = acme ;ttl=1,order=2,broken,tenant=other" : null);
		try (UnitOfWork.Scope scope = unit.open()) {
			assertThat(this.context.bindings())
				.isEqualTo(Map.of("user.name", "J\u00fcrgen, \"x\"; +1\n", "tenant", "acme", "password", "********"));
			assertThat(MDC.get("tenant")).isEqualTo("acme");
		}
		assertThat(this.context.baggage(null, (name, text) -> text)).isNull();
		try (Binding bound = this.context.bind(Map.of("tenant", "t1", "user.name", "a"))) {
			assertThat(this.context.baggage("acme=1;ttl=2,user.name=alice", (name, text) -> text))
				.isEqualTo("acme=1;ttl=2,user.name=alice,tenant=t1");
			assertThat(this.context.baggage("tenant=x,user.name=y", (name, text) -> text)).isNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ",", "=", "tenant", "tenant=%zz", ";;;", "=,=;=" })
	void ignoresMalformedBaggage(String header) {
		assertThat(new Baggage(Set.of("tenant")).read(header)).isEmpty();
	}

	@Test
	void ignoresBaggageThatIsTooLong() {
		assertThat(new Baggage(Set.of("tenant")).read("tenant=" + "a".repeat(8192))).isEmpty();
		assertThat(new Baggage(Set.of("tenant")).read("tenant=" + "a".repeat(8000)).get("tenant")).hasSize(1024);
	}

	private static void onAnotherThread(Runnable work) throws Exception {
		List<Throwable> thrown = new ArrayList<>();
		Thread thread = new Thread(work);
		thread.setUncaughtExceptionHandler((failed, ex) -> thrown.add(ex));
		thread.start();
		thread.join();
		assertThat(thrown).isEmpty();
	}

	private record Order(long id, String customer) {
	}

	private static final class OrderExtractor implements BindingExtractor<Order> {

		@Override
		public Class<Order> type() {
			return Order.class;
		}

		@Override
		public Map<String, ? extends @Nullable Object> extract(Order order) {
			return Map.of("order.id", order.id(), "order.customer", order.customer());
		}

	}

	private static final class BrokenExtractor implements BindingExtractor<Thread.State> {

		@Override
		public Class<Thread.State> type() {
			return Thread.State.class;
		}

		@Override
		public Map<String, ? extends @Nullable Object> extract(Thread.State state) {
			return Map.of("not a name", state);
		}

	}

}
