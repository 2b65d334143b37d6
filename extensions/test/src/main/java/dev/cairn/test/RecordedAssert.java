package dev.cairn.test;

import java.util.List;
import java.util.function.Predicate;

import org.assertj.core.api.AbstractAssert;

/**
 * Assertions about recorded signals of one kind. Each method that names a condition
 * continues with the signals that meet it, and fails if there is none. Signals that
 * follow are waited for until an assertion was about their number.
 *
 * @param <SELF> the type of the assertions
 * @param <S> the kind of signals
 */
public abstract class RecordedAssert<SELF extends RecordedAssert<SELF, S>, S extends RecordedSignal>
		extends AbstractAssert<SELF, List<S>> {

	private final Selection<S> selection;

	RecordedAssert(Selection<S> selection, Class<?> selfType) {
		super(selection.atLeastOne(), selfType);
		this.selection = selection;
	}

	abstract SELF with(Selection<S> selected);

	Selection<S> selection() {
		return this.selection;
	}

	SELF with(String description, Predicate<S> condition) {
		return with(this.selection.with(description, condition));
	}

	/**
	 * Asserts that there is exactly one such signal.
	 * @return assertions about it
	 */
	public SELF once() {
		return times(1);
	}

	/**
	 * Asserts that there is a number of such signals. Waits until there are as many, and
	 * fails at once if there are more.
	 * @param number the number, which is positive
	 * @return assertions about them
	 */
	public SELF times(int number) {
		if (number < 1) {
			throw new IllegalArgumentException(
					"number must be positive, but was " + number + ". Use the assertions that begin with 'never'");
		}
		return with(this.selection.exactly(number));
	}

	/**
	 * Continues with the signals that meet a condition.
	 * @param description what the signals have, for the message of a failure, such as
	 * {@code "an even number"}
	 * @param condition the condition, which may be tested several times
	 * @return assertions about them
	 */
	public SELF matching(String description, Predicate<? super S> condition) {
		return with(description, condition::test);
	}

	/**
	 * Returns to the assertions about all signals.
	 * @return the assertions
	 */
	public CairnAssert and() {
		return new CairnAssert(this.selection.source());
	}

}
