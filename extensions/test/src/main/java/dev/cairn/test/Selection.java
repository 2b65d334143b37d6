package dev.cairn.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * The signals that an assertion is about: those of a kind that meet all its conditions.
 * While the number of signals is not settled, there may be more of them later, which is
 * waited for.
 *
 * @param <S> the kind of signals
 * @param source where they come from
 * @param kind the class of the signals
 * @param what what they are, in a sentence
 * @param matters whether a signal is shown if the assertion fails
 * @param conditions what the signals have to meet
 * @param settled the signals, once an assertion was about their number
 */
record Selection<S extends RecordedSignal>(Source source, Class<S> kind, String what, Predicate<RecordedSignal> matters,
		List<Condition<S>> conditions, @Nullable List<S> settled) {

	static <S extends RecordedSignal> Selection<S> of(Source source, Class<S> kind, String what,
			Predicate<RecordedSignal> matters, Predicate<S> condition) {
		return new Selection<>(source, kind, what, matters, List.of(new Condition<>("", condition)), null);
	}

	Selection<S> with(String description, Predicate<S> condition) {
		List<Condition<S>> more = new ArrayList<>(this.conditions);
		more.add(new Condition<>(description, condition));
		return new Selection<>(this.source, this.kind, this.what, this.matters, more, this.settled);
	}

	/** Returns the signals as soon as there is one. */
	List<S> atLeastOne() {
		List<S> found = await((signals) -> !signals.isEmpty());
		if (found.isEmpty()) {
			throw failure("Expected " + this + ", but there was none" + waited());
		}
		return found;
	}

	/** Returns this with the number of its signals settled. */
	Selection<S> exactly(int number) {
		List<S> found = await((signals) -> signals.size() >= number);
		if (found.size() != number) {
			throw failure("Expected " + this + " " + times(number) + ", but there " + were(found.size())
					+ ((found.size() < number) ? waited() : ""));
		}
		return new Selection<>(this.source, this.kind, this.what, this.matters, this.conditions, found);
	}

	/** Returns the signals as soon as they meet a condition, or those of the last try. */
	List<S> await(Predicate<List<S>> condition) {
		if (this.settled != null) {
			return matching(this.settled);
		}
		List<S> found = this.source.recorder().recordings().await(this.source.timeout(), (signals) -> {
			List<S> matching = matching(signals);
			return condition.test(matching) ? matching : null;
		});
		return (found != null) ? found : matching(this.source.recorder().signals());
	}

	private List<S> matching(List<? extends RecordedSignal> signals) {
		return signals.stream()
			.filter(this.kind::isInstance)
			.map(this.kind::cast)
			.filter((signal) -> this.conditions.stream().allMatch((condition) -> condition.test().test(signal)))
			.toList();
	}

	AssertionError failure(String text) {
		return this.source.failure(text + ".", this.matters);
	}

	String waited() {
		return (this.settled != null) ? "" : this.source.waited();
	}

	static String times(int number) {
		return (number == 1) ? "once" : number + " times";
	}

	private static String were(int number) {
		return switch (number) {
			case 0 -> "was none";
			case 1 -> "was one";
			default -> "were " + number;
		};
	}

	@Override
	public String toString() {
		List<String> with = this.conditions.stream()
			.map(Condition::description)
			.filter((one) -> !one.isEmpty())
			.toList();
		return with.isEmpty() ? this.what : this.what + " with " + String.join(" and ", with);
	}

	/**
	 * A condition of an assertion.
	 *
	 * @param <S> the kind of signals
	 * @param description what comes after "with" in a sentence
	 * @param test the condition
	 */
	record Condition<S>(String description, Predicate<S> test) {
	}

	/**
	 * Where the signals of an assertion come from.
	 *
	 * @param recorder the recorder
	 * @param timeout how long to wait for signals
	 * @param description the description of the assertion, which may be empty
	 */
	record Source(CairnRecorder recorder, Duration timeout, String description) {

		private static final String TRANSACTIONS = "org.springframework.transaction.support"
				+ ".TransactionSynchronizationManager";

		private static final String TRANSACTION_HINT = "\n\nA transaction is active. Its events are recorded "
				+ "after its commit: call TestTransaction.flagForCommit() and end().";

		String waited() {
			return this.timeout.isZero() ? "" : " within " + SignalText.of(this.timeout);
		}

		AssertionError failure(String text, Predicate<RecordedSignal> matters) {
			String prefix = this.description.isEmpty() ? "" : "[" + this.description + "] ";
			String report = SignalText.report(this.recorder.signals(), matters,
					this.recorder.recordings().unassigned());
			return new AssertionError(prefix + text + report + (isTransactionActive() ? TRANSACTION_HINT : ""));
		}

		private static boolean isTransactionActive() {
			return ClassUtils.isPresent(TRANSACTIONS, Source.class.getClassLoader()) && Transactions.isActive();
		}

	}

	/** Loaded only with Spring's transactions. */
	private static final class Transactions {

		static boolean isActive() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

}
