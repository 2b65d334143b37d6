package dev.cairn.benchmarks;

import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import dev.cairn.Binding;
import dev.cairn.Trace;
import dev.cairn.context.BoundContext;
import dev.cairn.context.Signals;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.slf4j.MDC;

/**
 * Binding a value and closing the binding, with and without the MDC, against
 * {@link MDC#putCloseable}; within a unit of work, with two values that are bound
 * already.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class BindBenchmark {

	private BoundContext withMdc;

	private BoundContext withoutMdc;

	private UnitOfWork.Scope scope;

	@Setup
	public void open() {
		Extensions extensions = new Extensions((name) -> {
		}, (text) -> text);
		this.withMdc = new BoundContext(extensions, List.of(), Redactor.DEFAULT::isSensitive, true, Set.of());
		this.withoutMdc = new BoundContext(extensions, List.of(), Redactor.DEFAULT::isSensitive, false, Set.of());
		this.scope = new Signals(List.of(), InstantSource.system(), extensions, Trace.Source.NONE)
			.start(UnitOfWork.Kind.REQUEST, "GET /orders")
			.open();
		MDC.put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
		this.withMdc.bind("tenant", "acme");
		this.withMdc.bind("customer", "4711");
	}

	@TearDown
	public void close() {
		this.scope.close();
		MDC.clear();
	}

	@Benchmark
	public Object mdc() {
		try (MDC.MDCCloseable bound = MDC.putCloseable("order", "o-1")) {
			return bound;
		}
	}

	@Benchmark
	public Object bindWithMdc() {
		try (Binding bound = this.withMdc.bind("order", "o-1")) {
			return bound;
		}
	}

	@Benchmark
	public Object bindWithoutMdc() {
		try (Binding bound = this.withoutMdc.bind("order", "o-1")) {
			return bound;
		}
	}

}
