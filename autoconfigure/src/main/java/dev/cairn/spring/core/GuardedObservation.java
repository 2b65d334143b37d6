package dev.cairn.spring.core;

import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/**
 * An observation that the application has only because of Cairn: handlers that throw do
 * not fail the work that is observed. The scope is opened and closed by one thread, any
 * thread may stop the observation.
 */
public final class GuardedObservation {

	/** The key of the observation that is the same work as a unit of work. */
	public static final UnitOfWork.Key<Observation.Context> OF_UNIT = new UnitOfWork.Key<>("observation of the work");

	/** Observes nothing. */
	public static final GuardedObservation NONE = new GuardedObservation(new Extensions((name) -> {
	}, UnaryOperator.identity()), "no observation", Observation.NOOP);

	private final Extensions extensions;

	private final String name;

	private final Observation observation;

	private Observation.@Nullable Scope scope;

	private GuardedObservation(Extensions extensions, String name, Observation observation) {
		this.extensions = extensions;
		this.name = name;
		this.observation = observation;
	}

	/**
	 * Starts an observation. If a handler fails, what others have begun is stopped, and
	 * the work is not observed.
	 * @param extensions isolates failures
	 * @param name the name of the observation
	 * @param observations creates the observation
	 * @return the observation that has started
	 */
	public static GuardedObservation start(Extensions extensions, String name, Supplier<Observation> observations) {
		String role = "observation " + name;
		Observation observation = extensions.get(role, observations);
		if (observation == null || observation.isNoop()) {
			return NONE;
		}
		if (!extensions.guard(role, observation::start)) {
			extensions.guard(role, observation::stop);
			return NONE;
		}
		return new GuardedObservation(extensions, role, observation);
	}

	public boolean isNone() {
		return this == NONE;
	}

	public Observation observation() {
		return this.observation;
	}

	/**
	 * Makes a call within the scope of this observation.
	 * @param <T> the type of the result
	 * @param <E> the type of the exceptions of the call
	 * @param call the call
	 * @param failed stops the observation if the call fails
	 * @return the result
	 * @throws E if the call fails
	 */
	public <T, E extends Throwable> @Nullable T within(Call<T, E> call, Consumer<Throwable> failed) throws E {
		Throwable failure = null;
		openScope();
		try {
			return call.proceed();
		}
		catch (Throwable ex) {
			failure = ex;
			throw ex;
		}
		finally {
			closeScope();
			if (failure != null) {
				failed.accept(failure);
			}
		}
	}

	/**
	 * Makes a call within the scope of this observation, which ends with it.
	 * @param <T> the type of the result
	 * @param <E> the type of the exceptions of the call
	 * @param call the call
	 * @return the result
	 * @throws E if the call fails
	 */
	public <T, E extends Throwable> @Nullable T observe(Call<T, E> call) throws E {
		@Nullable T result = within(call, this::stop);
		stop(null);
		return result;
	}

	public void openScope() {
		if (isNone()) {
			return;
		}
		this.scope = this.extensions.get(this.name, this.observation::openScope);
		if (this.scope == null) {
			// It is current if a handler has failed
			Observation.Scope current = this.observation.getObservationRegistry().getCurrentObservationScope();
			if (current != null && current.getCurrentObservation() == this.observation) {
				this.scope = current;
				closeScope();
			}
		}
	}

	public void closeScope() {
		Observation.Scope open = this.scope;
		if (open != null) {
			this.scope = null;
			Observation.Scope previous = open.getPreviousObservationScope();
			if (!this.extensions.guard(this.name, open::close)) {
				this.observation.getObservationRegistry().setCurrentObservationScope(previous);
			}
		}
	}

	/**
	 * Stops the observation.
	 * @param failure why the work has failed, or {@code null}
	 */
	public void stop(@Nullable Throwable failure) {
		if (failure != null) {
			this.extensions.guard(this.name, () -> this.observation.error(failure));
		}
		this.extensions.guard(this.name, this.observation::stop);
	}

	/**
	 * The work that is observed.
	 *
	 * @param <T> the type of the result
	 * @param <E> the type of the exceptions
	 */
	@FunctionalInterface
	public interface Call<T, E extends Throwable> {

		@Nullable T proceed() throws E;

	}

}
