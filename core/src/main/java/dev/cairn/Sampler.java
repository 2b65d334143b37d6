package dev.cairn;

/**
 * Decides what fraction of the messages is kept. Called on the caller's thread before a
 * message is built. Must be thread-safe and quick.
 */
@FunctionalInterface
public interface Sampler {

	/** Keeps what the call asks for. */
	Sampler AS_CALLED = Candidate::requestedRate;

	/**
	 * Return the fraction of such messages to keep.
	 * @param candidate the message that is to be sent
	 * @return 0 (none) to 1 (all)
	 */
	double rate(Candidate candidate);

}
