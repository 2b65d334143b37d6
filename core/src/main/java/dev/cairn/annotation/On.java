package dev.cairn.annotation;

/**
 * The outcomes of a call that are published.
 */
public enum On {

	/** The call returned. */
	RETURN,
	/** The call threw an exception. */
	THROW,
	/** Either. */
	BOTH

}
