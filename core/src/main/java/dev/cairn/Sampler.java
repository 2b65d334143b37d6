package dev.cairn;

/**
 * Decides what fraction of the messages is kept. Called on the caller's thread before a
 * message is built. Must be thread-safe and quick.
 */
@FunctionalInterface
public interface Sampler {

	/** Keeps what the call asks for. */
	Sampler AS_CALLED = (type, severity, requested) -> requested;

	/**
	 * Return the fraction of such messages to keep.
	 * @param type the type of the message
	 * @param severity its severity
	 * @param requested the fraction that the call asks for, 1 unless given
	 * @return 0 (none) to 1 (all)
	 */
	double rate(String type, Severity severity, double requested);

}
