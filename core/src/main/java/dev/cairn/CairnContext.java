package dev.cairn;

import java.util.Map;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * The values that are bound to the current unit of work, such as a request. They are
 * added to log lines (in the MDC), messages, incidents and spans, and follow the work to
 * other threads. Values that are bound within a unit of work are unbound at its end.
 * <p>
 * A name has 1 to 100 characters of {@code [A-Za-z0-9_.:/@-]}. The names {@code traceId},
 * {@code spanId} and {@code errorId} are reserved; a value is bound under
 * {@code bound.traceId} instead. At most 100 names are bound at the same time; further
 * ones are ignored and counted. Strings, numbers and booleans keep their type; other
 * values are bound as their text, of which the first 1,024 characters are kept in the
 * MDC. Thread-safe; each thread has its own bindings.
 */
public interface CairnContext {

	/**
	 * Binds a value, until the binding is closed or the unit of work ends. Outside a unit
	 * of work, it stays bound to the thread until the binding is closed.
	 * @param name the name
	 * @param value the value; {@code null} hides the value that was bound before
	 * @return the binding
	 * @throws IllegalArgumentException if the name is invalid
	 */
	Binding bind(String name, @Nullable Object value);

	/**
	 * Binds a value that is expensive to compute. The supplier is called at most once, by
	 * the first message, incident, span or log line that contains the value. Log lines
	 * call it only while Cairn receives log entries.
	 * @param name the name
	 * @param value returns the value; what it throws is isolated, and nothing is bound.
	 * {@code null} hides the value that was bound before
	 * @return the binding
	 * @throws IllegalArgumentException if the name is invalid
	 */
	Binding bind(String name, @Nullable Supplier<? extends @Nullable Object> value);

	/**
	 * Binds several values.
	 * @param values the values by name
	 * @return the binding of all of them
	 * @throws IllegalArgumentException if a name is invalid; nothing is bound then
	 */
	Binding bind(Map<String, ? extends @Nullable Object> values);

	/**
	 * Binds the values that the {@link BindingExtractor} for an object returns.
	 * @param source the object, such as a request
	 * @return the binding of all of them
	 * @throws IllegalArgumentException if there is no extractor for the object
	 */
	Binding bindFrom(Object source);

	/**
	 * Unbinds values.
	 * @param names the names; {@code order.*} stands for all that begin with
	 * {@code order.}
	 * @throws IllegalArgumentException if nothing is bound under one of the names
	 */
	void unbind(String... names);

	/**
	 * Unbinds values if they are bound.
	 * @param names the names; {@code order.*} stands for all that begin with
	 * {@code order.}
	 * @return whether something was bound under one of the names
	 */
	boolean tryUnbind(String... names);

	/**
	 * Unbinds everything until the binding that is returned is closed or the unit of work
	 * ends. Then all that was bound before is restored.
	 * @return the binding
	 */
	Binding fresh();

	/**
	 * Returns the bound values.
	 * @return an immutable copy of the values by name
	 */
	Map<String, Object> bindings();

	/**
	 * Returns the id of the failure that was captured last in the current unit of work,
	 * on any of its threads, by a call or by Cairn itself. An exception of a request that
	 * is answered with a 4xx status later is no failure, although its id was returned.
	 * @return the id, or {@code null} if there is no unit of work or no failure in it
	 */
	@Nullable String lastErrorId();

}
